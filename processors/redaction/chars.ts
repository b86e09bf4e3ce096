/** A set of ASCII characters: `set[code] === 1`. */
export type CharSet = Uint8Array;

/** The set of the given characters and ranges, in the notation of a regular expression class. */
export function charSet(spec: string): CharSet {
  const set = new Uint8Array(128);
  for (let index = 0; index < spec.length; index++) {
    const from = spec.charCodeAt(index);
    const isRange = spec[index + 1] === '-' && index + 2 < spec.length;
    const to = isRange ? spec.charCodeAt(index + 2) : from;
    for (let code = from; code <= to; code++) set[code] = 1;
    if (isRange) index += 2;
  }
  return set;
}

export const DIGITS = charSet('0-9');
export const ALNUM = charSet('A-Za-z0-9');
export const BASE64 = charSet('A-Za-z0-9+/_=-');
export const BASE64URL = charSet('A-Za-z0-9_-');
export const HEX = charSet('0-9A-Fa-f');

/** The end of the run of characters of `set` that starts at `from`, not beyond `limit`. */
export function runEnd(text: string, from: number, set: CharSet, limit = text.length): number {
  const stop = Math.min(limit, text.length);
  let index = from;
  while (index < stop) {
    const code = text.charCodeAt(index);
    if (code > 127 || set[code] === 0) break;
    index++;
  }
  return index;
}

/** The start of the run of characters of `set` that ends before `end`, at most `limit` long. */
export function runStart(text: string, end: number, set: CharSet, limit: number): number {
  const stop = Math.max(0, end - limit);
  let index = end;
  while (index > stop) {
    const code = text.charCodeAt(index - 1);
    if (code > 127 || set[code] === 0) break;
    index--;
  }
  return index;
}

export function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

export function isAlnum(code: number): boolean {
  return code < 128 && ALNUM[code] === 1;
}

/** From so many letters on, the capitals of an identifier (`getUserById`) are fewer than those of a random text. */
const IDENTIFIER_FROM = 12;

/** True for characters that a random credential has and a word of a language, or of a program, has not. */
export function looksRandom(text: string, from: number, to: number): boolean {
  let lower = 0;
  let upper = 0;
  for (let index = from; index < to; index++) {
    const code = text.charCodeAt(index);
    if (isDigit(code)) return true;
    if (code >= 97 && code <= 122) lower++;
    else if (code >= 65 && code <= 90 && index > from) upper++;
  }
  if (lower === 0 || upper === 0) return false;
  return lower + upper < IDENTIFIER_FROM || upper * 4 >= lower;
}

/** True if a number or address that begins here would be a part of something longer. */
export function isJoined(text: string, at: number): boolean {
  const before = text.charCodeAt(at - 1);
  return (
    isAlnum(before) ||
    ((before === 46 || before === 45 || before === 58 || before === 95) && isAlnum(text.charCodeAt(at - 2)))
  );
}
