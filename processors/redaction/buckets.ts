import { ANY, type Trigger } from './trigger.ts';

/**
 * A mask has a bit for each bucket, one for numbers, which not every text is searched for, and two
 * that are no buckets of triggers.
 */
export const BUCKETS = 29;
export const NUMBER: number = 1 << BUCKETS;
const PLAIN_WEIGHT = 6;
const OPEN_WEIGHT = 32;
/** A place with more possible characters than this is met nearly everywhere. */
const FEW = 8;

/**
 * The bit of the bucket of each trigger, whose neighbours share it. One that ends in any characters
 * never shares the bucket of one that begins so: together they would fit all that has the half of each.
 */
export function bucketsOf(triggers: readonly Trigger[]): number[] {
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
