import { isAlnum } from './chars.ts';
import { OPTION_LETTERS } from './detect/command.ts';
import { BETWEEN_CHARS, ENDINGS } from './key-endings.ts';
import type { WordDetector } from './match.ts';
import { ANY, FREQUENT, type Trigger, type TriggerWord } from './trigger.ts';

const DIGIT = '0123456789';
/** What cards and social security numbers are written in. */
export const NUMBER_CHARS: string = `${DIGIT}- `;
const OPERATORS = ':=';
/** What may end a key beside letters and digits, and the end of an entity (`&quot;`). */
const KEY_MARKS = '_-;';

/** What has to be found somewhere in a text before anything can be found in it; see `prefilter.ts`. */
export function triggersOf(detectors: readonly WordDetector[]): Trigger[] {
  const byChars = new Map<string, Trigger>();
  const add = (chars: Trigger['chars'], ...words: TriggerWord[]): void => {
    const key = chars.join('\n');
    byChars.set(key, { chars, first: firstOf(chars), words: [...(byChars.get(key)?.words ?? []), ...words] });
  };
  const addThree = (a: string, b: string, c: string): void => {
    add([a, b, c, ANY]);
    add([ANY, a, b, c]);
  };
  addThree('%', '4', '0');
  addThree('%', '3', 'abcdABCD');
  addThree('\\', 'u', '0');
  addThree('-', '-', ANY);
  addThree(' ', '-', OPTION_LETTERS);
  addThree('Q', '~', ANY);
  addThree(':', '/', '/');
  // Where a number begins at an odd place, these are its second to fifth characters.
  byChars.set('', { chars: [DIGIT, DIGIT, NUMBER_CHARS, NUMBER_CHARS], first: 0, words: undefined });
  for (const detector of detectors) {
    for (const first of [0, -1]) {
      const at = bestOffset(detector, first);
      const chars = [at, at + 1, at + 2, at + 3].map((index) => charsAt(detector, index));
      const quad = chars as unknown as Trigger['chars'];
      const offset = at + firstOf(quad);
      const { prefix, anyCase = false, follows, least = 0 } = detector;
      add(quad, { prefix, anyCase, offset, follows, least });
    }
  }
  return [...byChars.values(), ...operators()];
}

/** What stands before an operator that may assign to a key; see `mayFollowKey`. */
function operators(): Trigger[] {
  const all: (readonly [string, string, string, string])[] = [];
  const ends = [
    [ANY, DIGIT],
    [ANY, KEY_MARKS],
    [BETWEEN_CHARS, BETWEEN_CHARS],
  ];
  for (const ending of ENDINGS) {
    const [third = '', second = '', last = ''] = [...ending.slice(-3).padStart(3, '\0')].map(casesOf);
    all.push([third, second, last, OPERATORS]);
    ends.push([second, last]);
  }
  for (const marks of [DIGIT, KEY_MARKS]) all.push([ANY, ANY, marks, OPERATORS]);
  for (const [before = '', last = ''] of ends)
    all.push(
      [before, last, OPERATORS, ANY],
      [before, last, BETWEEN_CHARS, OPERATORS],
      [last, BETWEEN_CHARS, OPERATORS, ANY],
      [last, BETWEEN_CHARS, BETWEEN_CHARS, OPERATORS],
    );
  const unique = new Map(all.map((chars) => [chars.join('\n'), chars]));
  return [...unique.values()].map((chars) => ({ chars, first: 0, words: undefined }));
}

/** A letter in both cases; anything before a word of two letters. */
function casesOf(char: string): string {
  if (char === '\0') return ANY;
  return char === char.toUpperCase() ? char : char + char.toUpperCase();
}

/** The rarer three of the four characters: the last ones if the fourth is rarer than the first. */
function firstOf([first, , , fourth]: Trigger['chars']): 0 | 1 {
  return first === ANY || (fourth.length <= 2 && rarityOf(fourth) > rarityOf(first)) ? 1 : 0;
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
  const isUnknown = follows === undefined || (detector.followsOnce === true && index > prefix.length);
  return isUnknown ? ANY : [...ANY].filter((char) => follows[char.charCodeAt(0)] === 1).join('');
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
