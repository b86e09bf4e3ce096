import { type CharSet, charSet, isAlnum, isDigit } from './chars.ts';
import { LAST_PAIRS, LAST_TRIPLES, LAST_WORDS, QUERY_KEYS, SHORT_KEY_WORDS } from './key-words.ts';

/**
 * What stands between a key and its colon or equals sign: quotes, their escapes, brackets, blanks, and
 * the first characters of `:=`, `?=`, `+=`, `!=` and the like.
 */
export const BETWEEN_CHARS = '"\'`\\] :?.+!|';
export const BETWEEN: CharSet = charSet(BETWEEN_CHARS);
export const BETWEEN_LIMIT = 24;

/** The last letters, four at most, of keys that the built-in rules block. */
export const ENDINGS: ReadonlySet<string> = new Set(
  [...LAST_WORDS, ...LAST_PAIRS, ...LAST_TRIPLES, ...SHORT_KEY_WORDS, ...QUERY_KEYS, '_pw', '-pw'].map(
    // The last word alone: the ones before it are compared when this one fits.
    (each) => (each.split(/[ _-]/).at(-1) as string).slice(-4),
  ),
);

/** A bit for each four last letters, and for each three or fewer of a shorter word. */
const LONG = new Uint32Array(2 ** 15);
const SHORT = new Uint32Array(2 ** 10);

for (const ending of [...ENDINGS].flatMap((each) => [each, each.toUpperCase()])) {
  // Before a word of two letters anything may stand.
  const fourth = ending.length < 4 ? 0 : ending.charCodeAt(0);
  const thirds =
    ending.length < 3
      ? Array.from({ length: 32 }, (_, code) => code)
      : [ending.charCodeAt(ending.length - 3)];
  const table = ending.length < 4 ? SHORT : LONG;
  for (const third of thirds) {
    const index = indexOf(
      fourth,
      third,
      ending.charCodeAt(ending.length - 2),
      ending.charCodeAt(ending.length - 1),
    );
    table[index >> 5] = (table[index >> 5] as number) | (1 << (index & 31));
  }
}

/**
 * True unless the operator at `at` stands behind a word in which no telling key ends, judged by its last
 * four letters, or by all of a shorter one.
 */
export function mayFollowKey(text: string, at: number): boolean {
  let end = at;
  let last = text.charCodeAt(end - 1);
  for (const stop = at - BETWEEN_LIMIT; end > stop && BETWEEN[last] === 1; end--)
    last = text.charCodeAt(end - 2);
  if (!(last > 31 && last < 128)) return false;
  // A digit may end the first part of a bot token.
  if (!isAlnum(last) || isDigit(last)) return true;
  return isEnding(text.charCodeAt(end - 4), text.charCodeAt(end - 3), text.charCodeAt(end - 2), last);
}

/**
 * The same in the low bytes of the characters, for a quick look: it may be true where the other is not,
 * and is never false where the other is true.
 */
export function mayFollowKeyInBytes(bytes: Uint8Array, at: number): boolean {
  let end = at;
  let last = bytes[end - 1] as number;
  for (const stop = at - BETWEEN_LIMIT; end > stop && BETWEEN[last] === 1; end--)
    last = bytes[end - 2] as number;
  if (!(last > 31 && last < 128)) return false;
  if (!isAlnum(last) || isDigit(last)) return true;
  return isEnding(bytes[end - 4] as number, bytes[end - 3] as number, bytes[end - 2] as number, last);
}

function isEnding(fourth: number, third: number, second: number, last: number): boolean {
  const index = indexOf(fourth, third, second, last);
  const bit = index & 31;
  return (
    (((LONG[index >> 5] as number) >>> bit) & 1) === 1 ||
    (((SHORT[(index & 0x7fff) >> 5] as number) >>> bit) & 1) === 1
  );
}

/** Letters are told apart by their low five bits, which are the same in either case. */
function indexOf(fourth: number, third: number, second: number, last: number): number {
  return ((fourth & 31) << 15) | ((third & 31) << 10) | ((second & 31) << 5) | (last & 31);
}
