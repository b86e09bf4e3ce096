import type { CandidateOptions } from './candidates.ts';
import { isAlnum, type CharSet } from './chars.ts';
import type { WordDetector } from './match.ts';
import type { Trigger } from './prefilter.ts';

const DIGIT = '0123456789';
const ASCII = String.fromCharCode(...Array.from({ length: 128 }, (_, code) => code));
/** Letters by how often they occur in English texts, the most frequent first. */
const FREQUENT = 'etaoinsrhldcumfpgwybvkxjqz';

/** The three characters for each detector without which it can find nothing. */
export function triggersOf(options: CandidateOptions): Trigger[] {
  const { detectors, specials, numbers } = options;
  const triggers: Trigger[] = [
    ['%', '4', '0'],
    ['%', '3', 'abcdABCD'],
    ['\\', 'u', '0'],
    ...(numbers ? [[DIGIT, DIGIT, DIGIT] as const] : []),
    ...(specials.includes('-') ? [['-', '-', ASCII] as const] : []),
    ...(specials.includes('~') ? [['Q', '~', ASCII] as const] : []),
    ...detectors.map(triggerOf),
  ];
  // Neighbours share a bucket of the filter, which is the more selective the more alike they are.
  const unique = new Map(triggers.map((trigger) => [sortKey(trigger), trigger]));
  return [...unique].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, trigger]) => trigger);
}

/** First by which sorts of characters they are, so that those of plain words are among themselves. */
function sortKey(trigger: Trigger): string {
  const sorts = trigger.map((chars) => (/[a-z]/.test(chars) ? 'a' : /[A-Z]/.test(chars) ? 'A' : '-'));
  return `${sorts.join('')}\n${trigger.join('\n')}`;
}

/** The rarest three characters in the first word of a prefix, the one after it included. */
function triggerOf(detector: WordDetector): Trigger {
  const { prefix } = detector;
  let best = 0;
  for (let at = 1; at + 3 <= prefix.length && isAlnum(prefix.charCodeAt(at)); at++)
    if (rarity(prefix, at) > rarity(prefix, best)) best = at;
  const at = (offset: number): string =>
    best + offset < prefix.length
      ? [...spellings(detector, best + offset, best + offset + 1)].join('')
      : textOf(detector.follows);
  return [at(0), at(1), at(2)];
}

function rarity(prefix: string, at: number): number {
  // Three digits alone stand for numbers.
  if (/^\d{3}/.test(prefix.slice(at))) return 0;
  let sum = 0;
  for (const char of prefix.slice(at, at + 3)) {
    const rank = FREQUENT.indexOf(char);
    sum += char === ' ' ? 0 : rank < 0 ? FREQUENT.length : rank;
  }
  return sum;
}

function textOf(set: CharSet | undefined): string {
  return set === undefined ? ASCII : [...ASCII].filter((char) => set[char.charCodeAt(0)] === 1).join('');
}

/** The spellings of a part of a prefix. */
export function spellings({ prefix, anyCase }: WordDetector, from: number, to: number): Set<string> {
  let result = [''];
  for (const char of prefix.slice(from, to)) {
    const cases = anyCase ? [char.toLowerCase(), char.toUpperCase()] : [char];
    result = result.flatMap((head) => cases.map((each) => head + each));
  }
  return new Set(result);
}
