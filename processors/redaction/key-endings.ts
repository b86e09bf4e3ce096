import { charSet, isAlnum, isDigit } from './chars.ts';

/**
 * What stands between a key and its colon or equals sign: quotes, their escapes, brackets, blanks, and
 * the first characters of `:=`, `?=`, `+=`, `!=` and the like.
 */
export const BETWEEN = charSet('"\'`\\] :?.+!|');
export const BETWEEN_LIMIT = 24;

/**
 * Whether a word can be one that names a secret, judged by its last four letters, or by all of a
 * shorter one. Letters are told apart by their low five bits, which are the same in either case.
 */
export class KeyEndings {
  private readonly long = new Uint32Array(2 ** 15);
  private readonly short = new Uint32Array(2 ** 10);

  constructor(endings: ReadonlySet<string>) {
    for (const ending of endings) {
      const codes = Array.from(ending.padStart(4, '\0'), (char) => char.charCodeAt(0));
      const index = indexOf(codes[0] as number, codes[1] as number, codes[2] as number, codes[3] as number);
      const table = ending.length < 4 ? this.short : this.long;
      const word = (ending.length < 4 ? index & 0x7fff : index) >> 5;
      table[word] = (table[word] as number) | (1 << (index & 31));
    }
  }

  /** True unless the operator at `at` stands behind a word in which no telling key ends. */
  mayEndAt(text: string, at: number): boolean {
    let end = at;
    let last = text.charCodeAt(end - 1);
    for (const stop = at - BETWEEN_LIMIT; end > stop && BETWEEN[last] === 1; end--)
      last = text.charCodeAt(end - 2);
    if (!(last > 31 && last < 128)) return false;
    // A digit may end the first part of a bot token.
    if (!isAlnum(last) || isDigit(last)) return true;
    return this.has(text.charCodeAt(end - 4), text.charCodeAt(end - 3), text.charCodeAt(end - 2), last);
  }

  private has(fourth: number, third: number, second: number, last: number): boolean {
    const index = indexOf(fourth, third, second, last);
    const bit = index & 31;
    return (
      (((this.long[index >> 5] as number) >>> bit) & 1) === 1 ||
      (((this.short[(index & 0x7fff) >> 5] as number) >>> bit) & 1) === 1
    );
  }
}

function indexOf(fourth: number, third: number, second: number, last: number): number {
  return ((fourth & 31) << 15) | ((third & 31) << 10) | ((second & 31) << 5) | (last & 31);
}
