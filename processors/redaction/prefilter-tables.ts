import { BUCKETS, bucketsOf } from './buckets.ts';
import { WORD_DETECTORS } from './detectors.ts';
import { ANY, type TriggerWord } from './trigger.ts';
import { NUMBER_CHARS, triggersOf } from './triggers.ts';

/** There are so many pairs of bytes. */
export const PAIR_VALUES = 65_536;
const HASH_BITS = 18;
/** Words of 32 bits that have a bit for each hash. */
export const HASH_WORDS: number = 2 ** (HASH_BITS - 5);
/** For `@`, which is a trigger by itself. */
export const AT_SIGN: number = 1 << (BUCKETS + 1);
/** For operators, where any key before them may matter. */
export const OPERATOR: number = 1 << (BUCKETS + 2);
/** For pairs of digits, dashes and blanks; no head has it. */
export const NUMERIC: number = 1 << (BUCKETS + 3);

/** What {@link fillTables} fills. */
export interface PrefilterTables {
  /** What a pair of bytes may begin, a bit for each bucket. */
  readonly heads: Int32Array;
  /** What it may end. */
  readonly tails: Int32Array;
  /** Triggers by their hash, to look closer where the pairs of different triggers met. */
  readonly hashes: Uint32Array;
  /** The words with a trigger, by its characters; an empty list if it needs none. */
  readonly words: Map<number, readonly TriggerWord[]>;
}

/**
 * Fills the tables with all detectors, those of kinds that are switched off too: a place more costs
 * little, and the tables can be the same for every redactor.
 */
export function fillTables({ heads, tails, hashes, words }: PrefilterTables): void {
  const triggers = triggersOf(WORD_DETECTORS);
  const any = codesOf(ANY);
  const buckets = bucketsOf(triggers);
  heads.fill(AT_SIGN | OPERATOR);
  triggers.forEach(({ chars, first: from, words: own }, trigger) => {
    const bucket = buckets[trigger] as number;
    const [first, second, third, fourth] = chars.map(codesOf) as [number[], number[], number[], number[]];
    mark(heads, first, second, bucket);
    mark(tails, third, fourth, bucket);
    if (!own) return;
    const three = from === 1 ? [second, third, fourth] : [first, second, third];
    for (const key of keysOf(three as [number[], number[], number[]])) {
      const hash = hashOf(key);
      hashes[hash >> 5] = (hashes[hash >> 5] as number) | (1 << (hash & 31));
      const known = words.get(key);
      const isFree = own.length === 0 || known?.length === 0;
      // The shortest first, since it fits wherever a longer one does that begins like it.
      const all = [...(known ?? []), ...own].sort((a, b) => a.prefix.length - b.prefix.length);
      words.set(key, isFree ? [] : all);
    }
  });
  mark(tails, codesOf(NUMBER_CHARS), codesOf(NUMBER_CHARS), NUMERIC);
  for (const [chars, bit] of [
    ['@', AT_SIGN],
    [':=', OPERATOR],
  ] as const) {
    mark(tails, codesOf(chars), any, bit);
    mark(tails, any, codesOf(chars), bit);
  }
}

function keysOf([first, second, third]: readonly [number[], number[], number[]]): number[] {
  return first.flatMap((a) => second.flatMap((b) => third.map((c) => keyOf(a, b, c))));
}

/** Three characters as one number. */
export function keyOf(a: number, b: number, c: number): number {
  return (a << 14) ^ (b << 7) ^ c;
}

/** The place of such a number in the table of hashes. */
export function hashOf(key: number): number {
  return Math.imul(key, 0x9e37_79b1) >>> (32 - HASH_BITS);
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
