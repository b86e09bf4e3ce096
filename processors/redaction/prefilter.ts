import { isDigit } from './chars.ts';

/**
 * Three characters in a row without which nothing can begin: one string of possible characters
 * for each, all of them below 128.
 */
export type Trigger = readonly [first: string, second: string, third: string];

/** Triggers so frequent that it is worth to look closer at once. */
export interface PrefilterChecks {
  /** Whether a key that matters may stand before the colon or equals sign at a place. */
  operator(text: string, at: number): boolean;
  /** Whether a number that matters may begin with the three digits at a place. */
  number(text: string, at: number): boolean;
}

/** A mask has a bit for each bucket and way to lie, and one for characters that are triggers by themselves. */
const BUCKETS = 15;
const SPECIAL = 1 << (2 * BUCKETS);
const PAIRS = 65_536;
const HASH_BITS = 18;
const COLON = 58;
const EQUALS = 61;
const OPERATOR = 2;
/** Texts up to this long share one buffer. */
const BUFFER_SIZE = 65_536;
/** Room behind a text for the pairs that reach beyond its end. */
const MARGIN = 8;

/**
 * A coarse search that says where nothing can be found, two characters at a time: a text is copied
 * into bytes, and each pair of bytes looked up once. A trigger lies across two pairs, either with
 * two characters in the first one or with two in the second, so both ways are in the tables, each
 * trigger in one of a few buckets. A place that is not told of holds no trigger; one that is may
 * hold none either. Characters beyond Latin-1 lose their upper byte, which can only add places.
 *
 * Source of the idea: the Teddy algorithm of Hyperscan, here with tables in the place of SIMD.
 */
export class Prefilter {
  /** What a pair may begin, and what it may end. */
  private readonly heads = new Int32Array(PAIRS).fill(SPECIAL);
  private readonly tails = new Int32Array(PAIRS);
  /** Triggers by their hash, to look closer where the pairs of different triggers met. */
  private readonly hashes = new Uint32Array(2 ** (HASH_BITS - 5));
  private readonly specials = new Uint8Array(256);
  private readonly shared = new Bytes(BUFFER_SIZE);
  private bytes = this.shared;
  private pairCount = 0;

  /** @param specials characters that are triggers by themselves */
  constructor(
    triggers: readonly Trigger[],
    specials: string,
    private readonly checks: PrefilterChecks,
  ) {
    const any = Array.from({ length: 256 }, (_, code) => code);
    triggers.forEach((trigger, index) => {
      const even = 1 << Math.floor((index * BUCKETS) / triggers.length);
      const odd = even << BUCKETS;
      const [first, second, third] = trigger.map(codesOf) as [number[], number[], number[]];
      mark(this.heads, first, second, even);
      mark(this.tails, third, any, even);
      mark(this.heads, any, first, odd);
      mark(this.tails, second, third, odd);
      for (const a of first) for (const b of second) for (const c of third) this.addHash(hashOf(a, b, c));
    });
    for (const code of codesOf(specials)) this.specials[code] = code === COLON || code === EQUALS ? OPERATOR : 1;
    mark(this.tails, codesOf(specials), any, SPECIAL);
    mark(this.tails, any, codesOf(specials), SPECIAL);
  }

  /** Makes a text the one that is searched. */
  load(text: string): void {
    const { length } = text;
    this.bytes = length <= BUFFER_SIZE ? this.shared : new Bytes(length);
    this.bytes.write(text);
    this.pairCount = (length + 3) >> 1;
  }

  /**
   * The next place that may hold a trigger: it begins at most two characters before. Beyond the
   * end of the text if there is none.
   */
  next(text: string, from: number): number {
    const { pairCount } = this;
    let index = from >> 1;
    while ((index = this.nextPair(index)) < pairCount) {
      if (this.isPlace(text, index << 1)) break;
      index++;
    }
    return index << 1;
  }

  /** The first pair from `from` on in which a trigger may end. A loop without calls, for the sake of its speed. */
  private nextPair(from: number): number {
    const { heads, tails, pairCount } = this;
    const { pairs } = this.bytes;
    let head = from === 0 ? SPECIAL : (heads[pairs[from - 1] as number] as number);
    for (let index = from; index < pairCount; index++) {
      const pair = pairs[index] as number;
      if ((head & (tails[pair] as number)) !== 0) return index;
      head = heads[pair] as number;
    }
    return pairCount;
  }

  /** True if a trigger ends at this place or the next one. */
  private isPlace(text: string, at: number): boolean {
    const { bytes } = this.bytes;
    const b = bytes[at] as number;
    const c = bytes[at + 1] as number;
    if (this.isSpecial(text, at, b) || this.isSpecial(text, at + 1, c)) return true;
    if (at === 0) return false;
    const a = bytes[at - 1] as number;
    return this.isTrigger(text, at - 2, bytes[at - 2] as number, a, b) || this.isTrigger(text, at - 1, a, b, c);
  }

  private isTrigger(text: string, at: number, a: number, b: number, c: number): boolean {
    const hash = hashOf(a, b, c);
    if ((((this.hashes[hash >> 5] as number) >>> (hash & 31)) & 1) === 0) return false;
    return isDigit(a) && isDigit(b) && isDigit(c) ? this.checks.number(text, at) : true;
  }

  private addHash(hash: number): void {
    this.hashes[hash >> 5] = (this.hashes[hash >> 5] as number) | (1 << (hash & 31));
  }

  private isSpecial(text: string, at: number, code: number): boolean {
    const special = this.specials[code] as number;
    return special === OPERATOR ? this.checks.operator(text, at) : special !== 0;
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
    this.bytes.write(text, 0, text.length, 'latin1');
    this.bytes.fill(0, text.length, text.length + 4);
  }
}

function hashOf(a: number, b: number, c: number): number {
  return Math.imul((a << 14) ^ (b << 7) ^ c, 0x9e37_79b1) >>> (32 - HASH_BITS);
}

function codesOf(chars: string): number[] {
  return Array.from(chars, (char) => char.charCodeAt(0));
}

const pair = new Uint16Array(1);
const halves = new Uint8Array(pair.buffer);

/** Marks all pairs of a first and a second character, in the order of bytes of this machine. */
function mark(table: Int32Array, firsts: readonly number[], seconds: readonly number[], mask: number): void {
  for (const first of firsts) {
    for (const second of seconds) {
      halves[0] = first;
      halves[1] = second;
      const index = pair[0] as number;
      table[index] = (table[index] as number) | mask;
    }
  }
}
