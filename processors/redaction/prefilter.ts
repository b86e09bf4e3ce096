import { isAlnum, isDigit } from './chars.ts';

/** Four characters that begin at an even place of a text, and without which something cannot begin there. */
export interface Trigger {
  /** The possible characters of each place; `ANY` where all are. Of the outer two at most one is. */
  readonly chars: readonly [string, string, string, string];
  /** Where the three of them begin that are looked up first. */
  readonly first: 0 | 1;
  /** The words one of which has to stand there; empty if the characters are enough. */
  readonly words: readonly TriggerWord[];
}

/** Every character of ASCII. */
export const ANY: string = String.fromCharCode(...Array.from({ length: 128 }, (_, code) => code));

/** A word with a trigger in it. */
export interface TriggerWord {
  readonly prefix: string;
  readonly anyCase: boolean;
  /** Where in the prefix the three characters are that are looked up first. */
  readonly offset: number;
}

/** Triggers so frequent that it is worth to look closer at once. */
export interface PrefilterChecks {
  /** Whether a key that matters may stand before the colon or equals sign at a place. */
  operator(text: string, at: number): boolean;
  /** Whether a number that matters may begin with the three digits at a place. */
  number(text: string, at: number): boolean;
}

/**
 * A mask has a bit for each bucket, one for numbers, which not every text is searched for, and one
 * for characters that are triggers by themselves.
 */
const BUCKETS = 29;
const NUMBER = 1 << BUCKETS;
const SPECIAL = 1 << (BUCKETS + 1);
/** For pairs of digits, dashes and blanks; no head has it. */
const NUMERIC = 1 << (BUCKETS + 2);
const NUMBER_CHARS = '0123456789- ';
/** Shorter texts have no number that matters. */
const SHORTEST_NUMBER = 11;
const PAIRS = 65_536;
const PLAIN_WEIGHT = 6;
const OPEN_WEIGHT = 32;
/** A place with more possible characters than this is met nearly everywhere. */
const FEW = 8;
const HASH_BITS = 18;
const COLON = 58;
const EQUALS = 61;
const PERCENT = 37;
const BACKSLASH = 92;
const OPERATOR = 2;
/** Texts up to this long share one buffer. */
const BUFFER_SIZE = 65_536;
/** Shorter texts are copied here, since the call to copy them would take longer. */
const COPY_FROM = 30;
/** Room behind a text for the pairs that reach beyond its end: those looked at in vain, too. */
const MARGIN = 16;

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
  /** What a pair may begin, and what it may end. */
  private readonly heads = new Int32Array(PAIRS).fill(SPECIAL);
  private readonly tails = new Int32Array(PAIRS);
  /** Triggers by their hash, to look closer where the pairs of different triggers met. */
  private readonly hashes = new Uint32Array(2 ** (HASH_BITS - 5));
  /** The words with a trigger, by its characters; an empty list if it needs none. */
  private readonly words = new Map<number, readonly TriggerWord[]>();
  private readonly specials = new Uint8Array(256);
  private readonly shared = new Bytes(BUFFER_SIZE);
  private bytes = this.shared;
  private pairCount = 0;
  private mask = ~0;

  /** @param specials characters that are triggers by themselves */
  constructor(
    triggers: readonly Trigger[],
    specials: string,
    private readonly checks: PrefilterChecks,
  ) {
    const any = codesOf(ANY);
    const buckets = bucketsOf(triggers);
    triggers.forEach(({ chars, first: from, words }, trigger) => {
      const bucket = buckets[trigger] as number;
      const [first, second, third, fourth] = chars.map(codesOf) as [number[], number[], number[], number[]];
      mark(this.heads, first, second, bucket);
      mark(this.tails, third, fourth, bucket);
      const three = from === 1 ? [second, third, fourth] : [first, second, third];
      for (const key of keysOf(three as [number[], number[], number[]])) this.addTrigger(key, words);
    });
    mark(this.tails, codesOf(specials), any, SPECIAL);
    mark(this.tails, codesOf(NUMBER_CHARS), codesOf(NUMBER_CHARS), NUMERIC);
    mark(this.tails, any, codesOf(specials), SPECIAL);
    for (const code of codesOf(specials))
      this.specials[code] = code === COLON || code === EQUALS ? OPERATOR : 1;
  }

  /** Makes a text the one that is searched. */
  load(text: string, numbers: boolean): void {
    const { length } = text;
    this.mask = numbers && length >= SHORTEST_NUMBER ? ~0 : ~NUMBER;
    this.bytes = length <= BUFFER_SIZE ? this.shared : new Bytes(length);
    this.bytes.write(text);
    this.pairCount = (length + 3) >> 1;
  }

  /**
   * The next place that may hold a trigger: it begins at most two characters before. Beyond the
   * end of the text if there is none.
   */
  next(text: string, from: number): number {
    let index = from >> 1;
    for (; ; index++) {
      index = this.nextPair(index);
      if (index >= this.pairCount || this.isPlace(text, index << 1, from)) return index << 1;
    }
  }

  /** The first pair from `from` on in which a trigger may end. */
  private nextPair(from: number): number {
    const { heads, tails, hashes, pairCount, mask } = this;
    const { pairs, bytes } = this.bytes;
    let head = from === 0 ? SPECIAL : (heads[pairs[from - 1] as number] as number);
    for (let index = from; index < pairCount; index++) {
      let met = 0;
      let pair = 0;
      // So small and without calls that it is compiled to a few instructions: it sees every pair.
      for (; index < pairCount; index++) {
        pair = pairs[index] as number;
        met = head & (tails[pair] as number) & mask;
        head = heads[pair] as number;
        if (met !== 0) break;
      }
      if ((met & SPECIAL) !== 0) return index;
      if (met === 0 || (met === NUMBER && !isNumeric(tails, pairs, index + 1))) continue;
      const at = index << 1;
      const middle = ((bytes[at - 1] as number) << 7) ^ (bytes[at] as number);
      const one = hashOf(((bytes[at - 2] as number) << 14) ^ middle);
      const other = hashOf((middle << 7) ^ (bytes[at + 1] as number));
      if (isMarked(hashes, one) || isMarked(hashes, other)) return index;
    }
    return pairCount;
  }

  /** True if a trigger ends at this place or the next one. */
  private isPlace(text: string, at: number, from: number): boolean {
    const { bytes } = this.bytes;
    const b = bytes[at] as number;
    const c = bytes[at + 1] as number;
    if (this.specials[b] !== 0 && this.isSpecial(text, at, b)) return true;
    if (this.specials[c] !== 0 && this.isSpecial(text, at + 1, c)) return true;
    if (at === 0) return false;
    const a = bytes[at - 1] as number;
    const one = keyOf(bytes[at - 2] as number, a, b);
    const other = keyOf(a, b, c);
    return (
      (this.hasHash(one) && this.isTrigger(text, at - 2, one, from)) ||
      (this.hasHash(other) && this.isTrigger(text, at - 1, other, from))
    );
  }

  private hasHash(key: number): boolean {
    return isMarked(this.hashes, hashOf(key));
  }

  private isTrigger(text: string, at: number, key: number, from: number): boolean {
    if (isDigit(key >> 14) && isDigit((key >> 7) & 127) && isDigit(key & 127))
      return this.checks.number(text, at);
    const words = this.words.get(key);
    if (words === undefined) return false;
    if (words.length === 0) return true;
    for (let index = 0; index < words.length; index++) {
      const word = words[index] as TriggerWord;
      if (isWordAt(word, text, at - word.offset, from)) return true;
    }
    return false;
  }

  private addTrigger(key: number, words: readonly TriggerWord[]): void {
    const hash = hashOf(key);
    this.hashes[hash >> 5] = (this.hashes[hash >> 5] as number) | (1 << (hash & 31));
    const known = this.words.get(key);
    const isFree = words.length === 0 || known?.length === 0;
    this.words.set(key, isFree ? [] : [...(known ?? []), ...words]);
  }

  private isSpecial(text: string, at: number, code: number): boolean {
    const special = this.specials[code] as number;
    return special !== OPERATOR || this.checks.operator(text, at);
  }
}

/** A text as bytes, and the same memory as pairs of them. */
class Bytes {
  readonly pairs: Uint16Array;
  readonly bytes: Buffer;

  constructor(size: number) {
    const memory = new ArrayBuffer(((size + 1) & ~1) + MARGIN);
    this.bytes = Buffer.from(memory);
    this.pairs = new Uint16Array(memory);
  }

  write(text: string): void {
    const { bytes } = this;
    const { length } = text;
    if (length < COPY_FROM)
      for (let index = 0; index < length; index++) bytes[index] = text.charCodeAt(index);
    else bytes.write(text, 0, length, 'latin1');
    for (let index = length; index < length + 4; index++) bytes[index] = 0;
  }
}

function isWordAt({ prefix, anyCase }: TriggerWord, text: string, start: number, from: number): boolean {
  if (start > from && !mayStartWord(text, start)) return false;
  const other = anyCase ? 32 : 0;
  for (let index = 0; index < prefix.length; index++) {
    const wanted = prefix.charCodeAt(index);
    const code = text.charCodeAt(start + index);
    if (code !== wanted && code !== wanted - other) return false;
  }
  return true;
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

function keysOf([first, second, third]: readonly [number[], number[], number[]]): number[] {
  return first.flatMap((a) => second.flatMap((b) => third.map((c) => keyOf(a, b, c))));
}

function keyOf(a: number, b: number, c: number): number {
  return (a << 14) ^ (b << 7) ^ c;
}

/** True if the three pairs from `from` on are of digits, dashes and blanks, as they are in a number that matters. */
function isNumeric(tails: Int32Array, pairs: Uint16Array, from: number): boolean {
  const one = tails[pairs[from] as number] as number;
  const two = tails[pairs[from + 1] as number] as number;
  const three = tails[pairs[from + 2] as number] as number;
  return (one & two & three & NUMERIC) !== 0;
}

function isMarked(table: Uint32Array, bit: number): boolean {
  return (((table[bit >> 5] as number) >>> (bit & 31)) & 1) === 1;
}

function hashOf(key: number): number {
  return Math.imul(key, 0x9e37_79b1) >>> (32 - HASH_BITS);
}

/**
 * The bit of the bucket of each trigger, whose neighbours share it. One that ends in any characters
 * never shares the bucket of one that begins so: together they would fit all that has the half of each.
 */
function bucketsOf(triggers: readonly Trigger[]): number[] {
  const breadths = triggers.map(({ chars }) => chars.map((each) => (each.length > FEW ? '*' : '-')).join(''));
  const total = triggers.reduce((sum, { chars }) => sum + weightOf(chars), 0);
  const share = total / (BUCKETS - breadths.filter((each, index) => each !== breadths[index - 1]).length);
  let bucket = 0;
  let weight = 0;
  return triggers.map(({ chars }, index) => {
    if (isNumber(chars)) return NUMBER;
    if (weight > 0 && (weight >= share || breadths[index] !== breadths[index - 1])) {
      bucket = Math.min(bucket + 1, BUCKETS - 1);
      weight = 0;
    }
    weight += weightOf(chars);
    return 1 << bucket;
  });
}

function isNumber(chars: Trigger['chars']): boolean {
  return chars.every((each) => each === ANY || /^\d+$/.test(each));
}

/** Triggers of lower-case letters are met most often, so that fewer of them may share a bucket. */
function weightOf(chars: Trigger['chars']): number {
  const isPlain = chars.every((each) => each === ' ' || /[a-z]/.test(each));
  if (!isPlain) return 1;
  return chars.some((each) => each.length > FEW) ? OPEN_WEIGHT : PLAIN_WEIGHT;
}

function codesOf(chars: string): number[] {
  return Array.from(chars, (char) => char.charCodeAt(0));
}

const pair = new Uint16Array(1);
const halves = new Uint8Array(pair.buffer);

/**
 * Marks all pairs of a first and a second character, in the order of bytes of this machine. Bytes
 * beyond ASCII count as the character of their low bits.
 */
function mark(table: Int32Array, firsts: readonly number[], seconds: readonly number[], mask: number): void {
  for (const first of firsts) {
    for (const second of seconds) {
      for (const high of [0, 128, 0x8000, 0x8080]) {
        halves[0] = first;
        halves[1] = second;
        const index = (pair[0] as number) | high;
        table[index] = (table[index] as number) | mask;
      }
    }
  }
}
