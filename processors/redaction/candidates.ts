import { isDigit } from './chars.ts';
import type { WordDetector } from './match.ts';

/** What a character does to the search. */
const SKIP = 0;
const WORD = 1;
const ESCAPE = 2;
const SPECIAL = 3;

/** Longer texts are copied into bytes first, which are quicker to look at one by one. */
const BYTES_FROM = 96;
const BYTES_LIMIT = 65_536;

/** What may begin a match. */
export interface CandidateOptions {
  readonly detectors: readonly WordDetector[];
  /** Characters at which something may be found. */
  readonly specials: string;
  /** Words that begin with a digit are candidates. */
  readonly numbers: boolean;
  /** All words are candidates, because addresses may begin with a letter. */
  readonly letters: boolean;
  /** The last words of keys that name a secret, their last four letters; undefined if any key may. */
  readonly keyEndings: ReadonlySet<string> | undefined;
}

const NO_DETECTORS: readonly WordDetector[] = [];
const AT = 64;
const COLON = 58;
const EQUALS = 61;
const DASH = 45;
const TILDE = 126;
const SLASH = 47;

/**
 * Goes through a text and stops where a match can begin. This is the loop that every character
 * of every value passes, so it does nothing but look up tables.
 */
export class CandidateFinder {
  private readonly classes = new Uint8Array(256);
  /** Detectors by the first two characters of their prefix; 0 is none. */
  private readonly slots = new Uint16Array(128 * 128);
  private readonly lists: WordDetector[][] = [[]];
  /** Per slot, the set of third characters, 128 bits in four words. */
  private readonly thirds: Uint32Array;
  private readonly endings: KeyEndings | undefined;
  private readonly buffer = new Uint8Array(BYTES_LIMIT);
  private readonly encoder = new TextEncoder();

  constructor(private readonly options: CandidateOptions) {
    for (let code = 0; code < 128; code++)
      if (/[A-Za-z0-9]/.test(String.fromCharCode(code))) this.classes[code] = WORD;
    for (const mark of '%\\') this.classes[mark.charCodeAt(0)] = ESCAPE;
    for (const special of options.specials) this.classes[special.charCodeAt(0)] = SPECIAL;
    for (const detector of options.detectors) this.register(detector);
    for (const list of this.lists) list.sort((a, b) => b.prefix.length - a.prefix.length);
    this.thirds = new Uint32Array(this.lists.length * 4);
    this.lists.forEach((list, slot) => {
      for (const detector of list) this.registerThird(slot, detector);
    });
    this.endings = options.keyEndings && new KeyEndings(options.keyEndings);
  }

  private register(detector: WordDetector): void {
    for (const pair of variants(detector, 0, 2)) {
      const index = (pair.charCodeAt(0) << 7) | pair.charCodeAt(1);
      if (this.slots[index] === 0) this.slots[index] = this.lists.push([]) - 1;
      this.lists[this.slots[index] as number]?.push(detector);
    }
  }

  private registerThird(slot: number, detector: WordDetector): void {
    if (detector.prefix.length < 3) {
      this.thirds.fill(0xffff_ffff, slot * 4, slot * 4 + 4);
      return;
    }
    for (const third of variants(detector, 2, 3)) {
      const code = third.charCodeAt(0);
      const word = slot * 4 + (code >> 5);
      this.thirds[word] = (this.thirds[word] as number) | (1 << (code & 31));
    }
  }

  /** The text as bytes, one per character; undefined for short, very long and non-ASCII texts. */
  bytesOf(text: string): Uint8Array | undefined {
    if (text.length < BYTES_FROM || text.length > BYTES_LIMIT) return undefined;
    const { read, written } = this.encoder.encodeInto(text, this.buffer);
    return read === text.length && written === text.length ? this.buffer : undefined;
  }

  /** The first place at or after `from` where a match can begin; the length if there is none. */
  next(text: string, bytes: Uint8Array | undefined, from: number, numbers: boolean): number {
    return bytes ? this.nextInBytes(bytes, text.length, from, numbers) : this.nextInText(text, from, numbers);
  }

  private nextInBytes(bytes: Uint8Array, length: number, from: number, numbers: boolean): number {
    const { classes, slots } = this;
    const { letters } = this.options;
    const digits = numbers && this.options.numbers;
    let index = from;
    while (index < length) {
      const code = bytes[index] as number;
      const kind = classes[code] as number;
      if (kind === WORD) {
        if (letters && numbers) return index;
        if (index + 2 < length) {
          const slot = slots[(code << 7) | (bytes[index + 1] as number)] as number;
          if (slot !== 0 && this.hasThird(slot, bytes[index + 2] as number)) return index;
          if (code <= 57 && digits && isNumberLike(bytes[index + 1] as number, bytes[index + 2] as number))
            return index;
        }
        do index++;
        while (index < length && classes[bytes[index] as number] === WORD);
      } else if (kind === SKIP) {
        index++;
      } else if (kind === ESCAPE) {
        if (isEscapedOperator(code, bytes[index + 1] as number, bytes[index + 2] as number)) return index;
        index += escapeWidth(code, bytes[index + 1] as number, bytes[index + 2] as number);
      } else {
        const after = index + 1 < length ? (bytes[index + 1] as number) : 0;
        if (this.mayMatch(code, bytes[index - 1] ?? 0, after)) {
          if ((code !== COLON && code !== EQUALS) || after === SLASH) return index;
          const [a, b, c] = [bytes[index - 4] ?? 0, bytes[index - 3] ?? 0, bytes[index - 2] ?? 0];
          if (this.mayEndKey(a, b, c, bytes[index - 1] ?? 0)) return index;
        }
        index++;
      }
    }
    return length;
  }

  private nextInText(text: string, from: number, numbers: boolean): number {
    const { classes, slots } = this;
    const { letters } = this.options;
    const { length } = text;
    const digits = numbers && this.options.numbers;
    let index = from;
    while (index < length) {
      const code = text.charCodeAt(index);
      const kind = code < 128 ? (classes[code] as number) : SKIP;
      if (kind === WORD) {
        if (letters && numbers) return index;
        if (index + 2 < length) {
          const second = text.charCodeAt(index + 1);
          const third = text.charCodeAt(index + 2);
          if (second < 128) {
            const slot = slots[(code << 7) | second] as number;
            if (slot !== 0 && this.hasThird(slot, third)) return index;
            if (code <= 57 && digits && isNumberLike(second, third)) return index;
          }
        }
        index = this.wordEnd(text, index + 1);
      } else if (kind === SKIP) {
        index++;
      } else if (kind === ESCAPE) {
        if (isEscapedOperator(code, text.charCodeAt(index + 1), text.charCodeAt(index + 2))) return index;
        index += escapeWidth(code, text.charCodeAt(index + 1), text.charCodeAt(index + 2));
      } else {
        const after = text.charCodeAt(index + 1);
        const before = text.charCodeAt(index - 1);
        if (this.mayMatch(code, before, after)) {
          if ((code !== COLON && code !== EQUALS) || after === SLASH) return index;
          const [a, b, c] = [
            text.charCodeAt(index - 4),
            text.charCodeAt(index - 3),
            text.charCodeAt(index - 2),
          ];
          if (this.mayEndKey(a, b, c, before)) return index;
        }
        index++;
      }
    }
    return length;
  }

  /** Where to go on after a candidate that was none. */
  after(text: string, at: number): number {
    const code = text.charCodeAt(at);
    if (this.classes[code] === WORD) return this.wordEnd(text, at + 1);
    if (this.classes[code] === ESCAPE)
      return at + escapeWidth(code, text.charCodeAt(at + 1), text.charCodeAt(at + 2));
    return at + 1;
  }

  /** The detectors that may begin with the two characters at `at`, the longest prefix first. */
  detectorsAt(text: string, at: number): readonly WordDetector[] {
    const first = text.charCodeAt(at);
    const second = text.charCodeAt(at + 1);
    if (!(first < 128 && second < 128)) return NO_DETECTORS;
    const slot = this.slots[(first << 7) | second] as number;
    return slot === 0 ? NO_DETECTORS : (this.lists[slot] as readonly WordDetector[]);
  }

  private wordEnd(text: string, from: number): number {
    const { classes } = this;
    let index = from;
    while (index < text.length) {
      const code = text.charCodeAt(index);
      if (code > 127 || classes[code] !== WORD) break;
      index++;
    }
    return index;
  }

  private hasThird(slot: number, third: number): boolean {
    return third < 128 && (((this.thirds[slot * 4 + (third >> 5)] as number) >>> (third & 31)) & 1) === 1;
  }

  private mayMatch(code: number, before: number, after: number): boolean {
    if (code === DASH) return after === DASH;
    if (code === TILDE) return before === 81;
    return code !== AT || before > 32;
  }

  /** True unless the characters before the operator are the end of a word in which no telling key ends. */
  private mayEndKey(fourth: number, third: number, second: number, last: number): boolean {
    if (last > 127 || !(last > 31)) return false;
    // A digit may end the first part of a bot token; quotes and brackets stand between key and operator.
    if (this.classes[last] !== WORD || isDigit(last) || this.endings === undefined) return true;
    return this.endings.has(fourth, third, second, last);
  }
}

/**
 * Whether a word can be one that names a secret, judged by its last four letters, or by all of a
 * shorter one. Letters are told apart by their low five bits, which are the same in either case.
 */
class KeyEndings {
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

  has(fourth: number, third: number, second: number, last: number): boolean {
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

/** The spellings of a part of a prefix. */
function variants({ prefix, anyCase }: WordDetector, from: number, to: number): Set<string> {
  let result = [''];
  for (const char of prefix.slice(from, to)) {
    const spellings = anyCase ? [char.toLowerCase(), char.toUpperCase()] : [char];
    result = result.flatMap((head) => spellings.map((spelling) => head + spelling));
  }
  return new Set(result);
}

/** Cards, social security and identity numbers begin with three digits. */
function isNumberLike(second: number, third: number): boolean {
  return isDigit(second) && isDigit(third);
}

/** `%40`, `%3D`, `%3A` and `\\u0040` stand for characters that may begin a match. */
function isEscapedOperator(code: number, second: number, third: number): boolean {
  if (code === 37)
    return (second === 52 && third === 48) || (second === 51 && (third | 32) >= 97 && (third | 32) <= 100);
  return second === 117 && third === 48;
}

/** An escape is stepped over whole, so that what follows it begins a word. */
function escapeWidth(code: number, second: number, third: number): number {
  if (code === 37) return isHex(second) && isHex(third) ? 3 : 1;
  if (second === 117) return 6;
  return second === 92 ? 1 : 2;
}

function isHex(code: number): boolean {
  return isDigit(code) || (code >= 65 && code <= 70) || (code >= 97 && code <= 102);
}
