import type { CandidateOptions } from './candidates.ts';
import { isAlnum } from './chars.ts';
import type { WordDetector } from './match.ts';
import { ANY, type Trigger, type TriggerWord } from './prefilter.ts';

const DIGIT = '0123456789';
/** Letters by how often they occur in English texts, the most frequent first. */
const FREQUENT = 'etaoinsrhldcumfpgwybvkxjqz';

/** What has to be found somewhere in a text before anything can be found in it; see `prefilter.ts`. */
export function triggersOf(options: CandidateOptions): Trigger[] {
  const { detectors, specials, numbers } = options;
  const byChars = new Map<string, Trigger>();
  const add = (chars: Trigger['chars'], ...words: TriggerWord[]): void => {
    const key = sortKey(chars);
    byChars.set(key, { chars, first: firstOf(chars), words: [...(byChars.get(key)?.words ?? []), ...words] });
  };
  const addThree = (a: string, b: string, c: string): void => {
    add([a, b, c, ANY]);
    add([ANY, a, b, c]);
  };
  addThree('%', '4', '0');
  addThree('%', '3', 'abcdABCD');
  addThree('\\', 'u', '0');
  if (numbers) addThree(DIGIT, DIGIT, DIGIT);
  if (specials.includes('-')) addThree('-', '-', ANY);
  if (specials.includes('~')) addThree('Q', '~', ANY);
  for (const detector of detectors) {
    for (const first of [0, -1]) {
      const at = bestOffset(detector, first);
      const chars = [at, at + 1, at + 2, at + 3].map((index) => charsAt(detector, index));
      const quad = chars as unknown as Trigger['chars'];
      const offset = at + firstOf(quad);
      add(quad, { prefix: detector.prefix, anyCase: detector.anyCase ?? false, offset });
    }
  }
  // Neighbours share a bucket of the filter, which is the more selective the more alike they are.
  return [...byChars].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, trigger]) => trigger);
}

/** The rarer three of the four characters: the last ones if the fourth is rarer than the first. */
function firstOf([first, , , fourth]: Trigger['chars']): 0 | 1 {
  return first === ANY || (fourth.length <= 2 && rarityOf(fourth) > rarityOf(first)) ? 1 : 0;
}

/**
 * First by which places are open, then by which sorts of characters they are, so that those of plain
 * words are among themselves.
 */
function sortKey(chars: Trigger['chars']): string {
  const sortOf = (each: string): string => {
    if (each.length > 4) return each === ANY ? '*' : '+';
    return /[a-z]/.test(each) ? 'a' : /[A-Z]/.test(each) ? 'A' : each === ' ' ? ' ' : '-';
  };
  const sorts = chars.map(sortOf).join('');
  return `${sorts.replace(/[^*+]/g, '-')}${sorts}\n${chars.join('\n')}`;
}

/**
 * Where the rarest four characters begin: at every second place from `first` on, since a word lies
 * at even places of a text or at odd ones, and within the first run of letters of the prefix, since
 * that is where the search for the start of the word ends.
 */
function bestOffset(detector: WordDetector, first: number): number {
  const { prefix } = detector;
  let best = first;
  for (let at = first + 2; at < prefix.length - 1 && isWord(prefix.slice(0, at + 1)); at += 2)
    if (rarity(detector, at) > rarity(detector, best)) best = at;
  return best;
}

function isWord(text: string): boolean {
  return [...text].every((char) => isAlnum(char.charCodeAt(0)));
}

function rarity(detector: WordDetector, at: number): number {
  const chars = [at, at + 1, at + 2, at + 3].map((index) => charsAt(detector, index));
  // Three digits alone stand for numbers.
  if (chars.slice(0, 3).every((each) => /^\d+$/.test(each))) return -1;
  return chars.reduce((sum, each) => sum + rarityOf(each), 0);
}

function rarityOf(chars: string): number {
  if (chars === ANY) return -6;
  if (chars.length > 4) return /[a-z]/.test(chars) ? 1 : FREQUENT.length / 2;
  const rank = FREQUENT.indexOf(chars.slice(0, 1).toLowerCase());
  return chars === ' ' ? 2 : rank < 0 ? FREQUENT.length : rank;
}

/** The characters at a place of the prefix, or before or behind it. */
function charsAt(detector: WordDetector, index: number): string {
  const { prefix, follows } = detector;
  if (index < 0) return ANY;
  if (index < prefix.length) return [...spellings(detector, index, index + 1)].join('');
  return follows === undefined ? ANY : [...ANY].filter((char) => follows[char.charCodeAt(0)] === 1).join('');
}

/** The spellings of a part of a prefix. */
function spellings({ prefix, anyCase }: WordDetector, from: number, to: number): Set<string> {
  let result = [''];
  for (const char of prefix.slice(from, to)) {
    const cases = anyCase ? [char.toLowerCase(), char.toUpperCase()] : [char];
    result = result.flatMap((head) => cases.map((each) => head + each));
  }
  return new Set(result);
}
