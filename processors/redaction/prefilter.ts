import { BUCKETS, NUMBER } from './buckets.ts';
import { isAlnum, isDigit, runEnd } from './chars.ts';
import { mayFollowKeyInBytes } from './key-endings.ts';
import {
  AT_SIGN,
  fillTables,
  HASH_WORDS,
  hashOf,
  keyOf,
  NUMERIC,
  OPERATOR,
  PAIR_VALUES,
} from './prefilter-tables.ts';
import type { TriggerWord } from './trigger.ts';

const ALL_BUCKETS = 2 ** BUCKETS - 1;
/** Shorter texts have no number that matters. */
const SHORTEST_NUMBER = 11;
const AT = 64;
const COLON = 58;
const EQUALS = 61;
const SLASH = 47;
/** The `://` of a URL. */
const SCHEME = keyOf(COLON, SLASH, SLASH);
const PERCENT = 37;
const BACKSLASH = 92;
/** So much of a text is searched at a time. */
const WINDOW = 65_536;
/** So many characters before a place may be looked at, and so many after it. */
const BEFORE = 64;
const AFTER = 16;
/** Shorter texts are copied here, since the call to copy them would take longer. */
const COPY_FROM = 14;

/*
 * All of these are constants of the module, not of an instance, and in the file that uses them: only
 * then the compiler knows their addresses and lengths, and need not load them at each turn of a loop.
 * They stay empty, and so take no memory, until the first prefilter is made.
 */
const HEADS = new Int32Array(PAIR_VALUES);
const TAILS = new Int32Array(PAIR_VALUES);
const HASHES = new Uint32Array(HASH_WORDS);
const WORDS = new Map<number, readonly TriggerWord[]>();
const MEMORY = new ArrayBuffer(WINDOW + AFTER);
/** The part of a text that is searched, as bytes and as pairs of them. */
const BYTES = Buffer.from(MEMORY);
const PAIRS = new Uint16Array(MEMORY);

/** Triggers so frequent that it is worth to look closer at once. */
export interface PrefilterChecks {
  /** Any word before an operator may be a key that matters. */
  readonly anyKey: boolean;
  /** Whether a user name and a password may follow the `://` at a place. */
  userInfo(text: string, at: number): boolean;
  /** Whether a number that matters may begin with the three digits at a place. */
  number(text: string, at: number): boolean;
}

/**
 * A coarse search that says where nothing can be found, two characters at a time: a text is copied
 * into bytes, and each pair of bytes looked up once. Two pairs in a row make a trigger; every
 * trigger belongs to one of a few buckets. A place that is not told of holds no trigger; one that
 * is may hold none either. Characters beyond Latin-1 lose their upper byte, which can only add
 * places.
 *
 * Source of the idea: the Teddy algorithm of Hyperscan, here with tables in the place of SIMD.
 */
export class Prefilter {
  /** Where the window begins, and how many of its pairs are searched. */
  private base = 0;
  private pairCount = 0;
  private isLast = true;
  private mask = ~0;
  private first = 0;

  constructor(private readonly checks: PrefilterChecks) {
    if (WORDS.size === 0) fillTables({ heads: HEADS, tails: TAILS, hashes: HASHES, words: WORDS });
  }

  /** Makes a text the one that is searched, and tells the first place in it, as {@link next} does. */
  load(text: string, numbers: boolean): number {
    const isSearched = numbers && text.length >= SHORTEST_NUMBER;
    this.mask = ~((isSearched ? 0 : NUMBER) | (this.checks.anyKey ? 0 : OPERATOR));
    if (text.length > WINDOW) {
      this.moveTo(text, 0);
      this.first = this.search(text, 0);
    } else {
      write(text);
      this.base = 0;
      this.isLast = true;
      this.pairCount = (text.length + 3) >> 1;
      this.first = this.nextPair(text, 0, 0) << 1;
    }
    return this.first;
  }

  /**
   * The next place that may hold a trigger: it begins at most two characters before. Beyond the
   * end of the text if there is none.
   */
  next(text: string, from: number): number {
    return from === 0 ? this.first : this.search(text, from);
  }

  private search(text: string, from: number): number {
    for (let at = from; ; ) {
      if (this.isOutside(at)) this.moveTo(text, at);
      const pair = this.nextPair(text, (at - this.base) >> 1, from);
      at = this.base + (pair << 1);
      if (pair < this.pairCount || this.isLast) return at;
    }
  }

  /**
   * The first pair of the window, from one on, in which a trigger may end; their count if there is none.
   *
   * @param start where the search began, and a word begins as well
   */
  private nextPair(text: string, from: number, start: number): number {
    const { mask, pairCount } = this;
    let head = from === 0 ? AT_SIGN | OPERATOR : (HEADS[PAIRS[from - 1] as number] as number);
    let index = from;
    while (index < pairCount) {
      // So small and without calls that it is compiled to a few instructions: it sees every pair.
      for (; index < pairCount; index += 4) {
        const a = PAIRS[index] as number;
        const b = PAIRS[index + 1] as number;
        const c = PAIRS[index + 2] as number;
        const d = PAIRS[index + 3] as number;
        const inAB = (head & (TAILS[a] as number)) | ((HEADS[a] as number) & (TAILS[b] as number));
        const inCD =
          ((HEADS[b] as number) & (TAILS[c] as number)) | ((HEADS[c] as number) & (TAILS[d] as number));
        if (((inAB | inCD) & mask) !== 0) break;
        head = HEADS[d] as number;
      }
      for (const stop = Math.min(index + 4, pairCount); index < stop; index++) {
        const pair = PAIRS[index] as number;
        const met = head & (TAILS[pair] as number) & mask;
        head = HEADS[pair] as number;
        if (met !== 0 && this.isPlace(text, index << 1, met, start)) return index;
      }
    }
    return pairCount;
  }

  /** True if a trigger ends at this place of the window, where two pairs met, or at the next one. */
  private isPlace(text: string, index: number, met: number, start: number): boolean {
    const b = BYTES[index] as number;
    const c = BYTES[index + 1] as number;
    const { anyKey } = this.checks;
    if (isSpecial(b, index, anyKey) || isSpecial(c, index + 1, anyKey)) return true;
    const at = this.base + index;
    if ((met & NUMBER) !== 0 && isNumeric((index >> 1) + 1) && this.isNumber(text, at)) return true;
    if ((met & ALL_BUCKETS) === 0 || at === 0) return false;
    const a = BYTES[index - 1] as number;
    const one = keyOf(BYTES[index - 2] as number, a, b);
    const other = keyOf(a, b, c);
    return (
      (isMarked(hashOf(one)) && this.isTrigger(text, at - 2, one, start)) ||
      (isMarked(hashOf(other)) && this.isTrigger(text, at - 1, other, start))
    );
  }

  /** True if a number begins so far before that its second pair, or its third to fifth digit, ends here. */
  private isNumber(text: string, at: number): boolean {
    const { number } = this.checks;
    return (
      (hasDigits(text, at - 2) && number(text, at - 2)) || (hasDigits(text, at - 3) && number(text, at - 3))
    );
  }

  private isOutside(at: number): boolean {
    const { base } = this;
    return (base > 0 && at < base + BEFORE) || (!this.isLast && at >= base + 2 * this.pairCount);
  }

  private moveTo(text: string, at: number): void {
    const base = Math.max(0, at - BEFORE) & ~1;
    const end = Math.min(text.length, base + WINDOW);
    write(base === 0 && end === text.length ? text : text.slice(base, end));
    this.base = base;
    this.isLast = end === text.length;
    // Pairs that reach beyond the end are looked at in vain; what ends a window is searched with the next one.
    this.pairCount = (this.isLast ? end - base + 3 : WINDOW - AFTER) >> 1;
  }

  private isTrigger(text: string, at: number, key: number, start: number): boolean {
    const words = WORDS.get(key);
    if (words === undefined) return false;
    // What begins at the first or the second of the three characters, but not where the search was before.
    if (words.length === 0) return at + 1 >= start && (key !== SCHEME || this.checks.userInfo(text, at));
    for (let index = 0; index < words.length; index++) {
      const word = words[index] as TriggerWord;
      if (isWordAt(word, text, at - word.offset, start)) return true;
    }
    return false;
  }
}

/** Copies a text to where it is searched. */
function write(text: string): void {
  const { length } = text;
  if (length < COPY_FROM) for (let index = 0; index < length; index++) BYTES[index] = text.charCodeAt(index);
  else BYTES.write(text, 0, length, 'latin1');
  for (let index = length; index < length + 4; index++) BYTES[index] = 0;
}

function hasDigits(text: string, at: number): boolean {
  return isDigit(text.charCodeAt(at)) && isDigit(text.charCodeAt(at + 1)) && isDigit(text.charCodeAt(at + 2));
}

/** True for an `@`, and for an operator behind a word that may be a key. */
function isSpecial(byte: number, at: number, anyKey: boolean): boolean {
  if (byte === COLON || byte === EQUALS) return anyKey || mayFollowKeyInBytes(BYTES, at);
  return byte === AT;
}

/** True if the three pairs from `from` on are of digits, dashes and blanks, as they are in a number that matters. */
function isNumeric(from: number): boolean {
  const one = TAILS[PAIRS[from] as number] as number;
  const two = TAILS[PAIRS[from + 1] as number] as number;
  const three = TAILS[PAIRS[from + 2] as number] as number;
  return (one & two & three & NUMERIC) !== 0;
}

function isMarked(bit: number): boolean {
  return (((HASHES[bit >> 5] as number) >>> (bit & 31)) & 1) === 1;
}

function isWordAt(word: TriggerWord, text: string, start: number, from: number): boolean {
  if (start < from || (start > from && !mayStartWord(text, start))) return false;
  const { prefix, follows, least } = word;
  const other = word.anyCase ? 32 : 0;
  for (let index = 0; index < prefix.length; index++) {
    const wanted = prefix.charCodeAt(index);
    const code = text.charCodeAt(start + index);
    if (code !== wanted && code !== wanted - other) return false;
  }
  if (follows === undefined) return true;
  const end = start + prefix.length;
  return runEnd(text, end, follows, end + least) === Math.min(end + least, text.length);
}

/** True unless the place is inside of a word; what an escape ends in (`\\n`, `%3D`, `\\u0026`) is none. */
function mayStartWord(text: string, at: number): boolean {
  if (!isAlnum(text.charCodeAt(at - 1))) return true;
  return (
    text.charCodeAt(at - 2) === BACKSLASH ||
    text.charCodeAt(at - 3) === PERCENT ||
    text.charCodeAt(at - 6) === BACKSLASH
  );
}
