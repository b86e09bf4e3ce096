import { ANY, FREQUENT, type Trigger } from './trigger.ts';

/**
 * A mask has a bit for each bucket, one for numbers, which not every text is searched for, and three
 * that are no buckets of triggers.
 */
export const BUCKETS = 28;
export const NUMBER: number = 1 << BUCKETS;

/** What a bucket holds, and how much of a text its pairs are. */
interface Bucket {
  readonly bit: number;
  readonly heads: Set<string>;
  readonly tails: Set<string>;
  head: number;
  tail: number;
}

/**
 * The bit of the bucket of each trigger. Triggers that share one also stand for what has the head of one
 * and the tail of another, so each goes where this adds least to what is met in a usual text.
 */
export function bucketsOf(triggers: readonly Trigger[]): number[] {
  const buckets: Bucket[] = Array.from({ length: BUCKETS }, (_, index) => ({
    bit: 1 << index,
    heads: new Set(),
    tails: new Set(),
    head: 0,
    tail: 0,
  }));
  const bits = triggers.map(() => NUMBER);
  const pairs = triggers.map(({ chars }) => ({
    head: `${chars[0]}\n${chars[1]}`,
    tail: `${chars[2]}\n${chars[3]}`,
    ofHead: share(chars[0]) * share(chars[1]),
    ofTail: share(chars[2]) * share(chars[3]),
  }));
  const order = pairs
    .map((pair, index) => ({ ...pair, index }))
    .filter(({ index }) => !isNumber((triggers[index] as Trigger).chars))
    .sort((a, b) => b.ofHead * b.ofTail - a.ofHead * a.ofTail);
  for (const { head, tail, ofHead, ofTail, index } of order) {
    const added = buckets.map((bucket) => {
      const heads = bucket.head + (bucket.heads.has(head) ? 0 : ofHead);
      const tails = bucket.tail + (bucket.tails.has(tail) ? 0 : ofTail);
      return heads * tails - bucket.head * bucket.tail;
    });
    const best = buckets[added.indexOf(Math.min(...added))] as Bucket;
    if (!best.heads.has(head)) best.head += ofHead;
    if (!best.tails.has(tail)) best.tail += ofTail;
    best.heads.add(head);
    best.tails.add(tail);
    bits[index] = best.bit;
  }
  return bits;
}

function isNumber(chars: Trigger['chars']): boolean {
  return chars.every((each) => /^\d+[- ]*$/.test(each));
}

/** The share of a usual text that these characters are, roughly. */
function share(chars: string): number {
  if (chars === ANY) return 1;
  let sum = 0;
  for (const char of chars) {
    const rank = FREQUENT.indexOf(char);
    sum += rank >= 0 ? 0.1 * 0.88 ** rank : char === ' ' ? 0.15 : char === '"' ? 0.02 : 0.004;
  }
  return sum;
}
