import { isAlnum, isDigit } from './chars.ts';
import { mayBeOption } from './detect/command.ts';
import { mayBeLowerIban } from './detect/iban.ts';
import { mayHaveUserInfo } from './detect/url.ts';
import { escapeWidth, isEscapedOperator } from './escapes.ts';
import { mayFollowKey } from './key-endings.ts';
import type { WordDetector } from './match.ts';
import { Prefilter } from './prefilter.ts';

/** What a character does to the search. */
const SKIP = 0;
const WORD = 1;
const ESCAPE = 2;
const SPECIAL = 3;

/** What may begin a match. */
export interface CandidateOptions {
  readonly detectors: readonly WordDetector[];
  /** Characters at which something may be found. */
  readonly specials: string;
  /** Words that begin with a digit are candidates, and those that begin like an account number in lower case. */
  readonly numbers: boolean;
  /** All words are candidates, because addresses may begin with a letter. */
  readonly letters: boolean;
  /** Any key may name a secret, not just those that end in words known here. */
  readonly anyKey: boolean;
}

/** Characters that are searched before it is worth making a prefilter: some tens of spans. */
const PREFILTER_FROM = 16_384;
const NO_DETECTORS: readonly WordDetector[] = [];
const AT = 64;
const COLON = 58;
const EQUALS = 61;
const SLASH = 47;
const DASH = 45;
const TILDE = 126;
const PERCENT = 37;
const BACKSLASH = 92;

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
  /** Made when it begins to pay: its tables take 0.3 MB, and a few times 10 ms at the start of a process. */
  private prefilter: Prefilter | undefined;
  /** Characters searched without it. */
  private searched = 0;

  constructor(private readonly options: CandidateOptions) {
    for (let code = 0; code < 128; code++) if (isAlnum(code)) this.classes[code] = WORD;
    for (const mark of '%\\') this.classes[mark.charCodeAt(0)] = ESCAPE;
    for (const special of options.specials) this.classes[special.charCodeAt(0)] = SPECIAL;
    const thirds = [0, 0, 0, 0];
    for (const detector of options.detectors) this.register(detector, thirds);
    for (const list of this.lists) list.sort((a, b) => b.prefix.length - a.prefix.length);
    this.thirds = Uint32Array.from(thirds);
  }

  private register(detector: WordDetector, thirds: number[]): void {
    const third = thirdsOf(detector);
    for (const first of casesOf(detector, 0)) {
      for (const second of casesOf(detector, 1)) {
        const index = (first << 7) | second;
        if (this.slots[index] === 0) {
          this.slots[index] = this.lists.push([]) - 1;
          thirds.push(0, 0, 0, 0);
        }
        const slot = this.slots[index] as number;
        this.lists[slot]?.push(detector);
        for (let word = 0; word < 4; word++)
          thirds[slot * 4 + word] = (thirds[slot * 4 + word] as number) | (third[word] as number);
      }
    }
  }

  /** Makes a text the one that {@link next} goes through. False if no match can begin anywhere in it. */
  load(text: string, numbers: boolean): boolean {
    const { prefilter } = this;
    return prefilter === undefined
      ? this.prepare(text, numbers)
      : prefilter.load(text, numbers) < text.length + 2;
  }

  /** The same as long as there is no prefilter. */
  private prepare(text: string, numbers: boolean): boolean {
    if (this.options.letters || this.searched <= PREFILTER_FROM) {
      this.searched += text.length;
      return true;
    }
    const { anyKey } = this.options;
    this.prefilter = new Prefilter({ anyKey, userInfo: mayHaveUserInfo, number: mayBeNumber });
    return this.load(text, numbers);
  }

  /** The first place at or after `from` where a match can begin; the length if there is none. */
  next(text: string, from: number, numbers: boolean): number {
    if (!this.prefilter) {
      const found = this.search(text, from, text.length, numbers);
      return found < 0 ? text.length : found;
    }
    let index = from;
    while (index < text.length) {
      const place = this.prefilter.next(text, index);
      if (place >= text.length + 2) break;
      const found = this.search(text, this.tokenStart(text, place - 2, index), place + 2, numbers);
      if (found >= 0) return found;
      index = Math.max(~found, place + 2);
    }
    return text.length;
  }

  /** The start of the word or escape around `at`, but not before `from`, where one starts too. */
  private tokenStart(text: string, at: number, from: number): number {
    let start = at;
    while (start > from && this.classOf(text.charCodeAt(start - 1)) === WORD) start--;
    const before = text.charCodeAt(start - 1);
    if (before === BACKSLASH || before === PERCENT) start--;
    return Math.max(start, from);
  }

  private classOf(code: number): number {
    return code < 128 ? (this.classes[code] as number) : SKIP;
  }

  /**
   * The first place from `from` on where a match can begin. If there is none before `stop`, the
   * complement of the place to go on from.
   */
  private search(text: string, from: number, stop: number, numbers: boolean): number {
    const { classes, slots } = this;
    const { letters } = this.options;
    const { length } = text;
    const digits = numbers && this.options.numbers;
    let index = from;
    const end = Math.min(stop, length);
    while (index < end) {
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
            if (digits && mayBeLowerIban(text, index)) return index;
            if (code <= 57 && digits && isDigit(second) && isDigit(third) && mayBeNumber(text, index))
              return index;
          }
        }
        index = this.wordEnd(text, index + 1);
      } else if (kind === SKIP) {
        index++;
      } else if (kind === ESCAPE) {
        if (isEscapedOperator(code, text.charCodeAt(index + 1), text.charCodeAt(index + 2))) return index;
        index += escapeWidth(code, text.charCodeAt(index + 1), text.charCodeAt(index + 2));
      } else {
        if (this.mayMatch(text, index, code)) return index;
        index++;
      }
    }
    return ~index;
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

  private mayMatch(text: string, at: number, code: number): boolean {
    if (code === COLON && text.charCodeAt(at + 1) === SLASH && text.charCodeAt(at + 2) === SLASH)
      return mayHaveUserInfo(text, at);
    if (code === COLON || code === EQUALS) return this.options.anyKey || mayFollowKey(text, at);
    if (code === DASH) return text.charCodeAt(at + 1) === DASH || mayBeOption(text, at);
    if (code === TILDE) return text.charCodeAt(at - 1) === 81;
    return code !== AT || text.charCodeAt(at - 1) > 32;
  }
}

/** Cards and social security numbers begin with eleven digits, dashes and blanks. */
function mayBeNumber(text: string, at: number): boolean {
  for (let index = at + 3; index < at + 11; index++) {
    const code = text.charCodeAt(index);
    if (!isDigit(code) && code !== DASH && code !== 32) return false;
  }
  return true;
}

/** The character codes that may stand at a place of the prefix. */
function casesOf({ prefix, anyCase }: WordDetector, at: number): number[] {
  const code = prefix.charCodeAt(at);
  const lower = code | 32;
  return anyCase && lower >= 97 && lower <= 122 ? [lower, lower - 32] : [code];
}

/** The third characters with which the detector may begin, 128 bits in four words. */
function thirdsOf(detector: WordDetector): number[] {
  const { prefix, follows } = detector;
  if (prefix.length < 3 && follows === undefined) return [-1, -1, -1, -1];
  const words = [0, 0, 0, 0];
  const add = (code: number): void => {
    words[code >> 5] = (words[code >> 5] as number) | (1 << (code & 31));
  };
  if (prefix.length >= 3) for (const code of casesOf(detector, 2)) add(code);
  else for (let code = 0; code < 128; code++) if (follows?.[code]) add(code);
  return words;
}
