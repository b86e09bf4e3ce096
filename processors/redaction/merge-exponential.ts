import type { ExponentialHistogram } from '@opentelemetry/sdk-metrics';

type Buckets = ExponentialHistogram['positive'];

/** Buckets of one sign. Source: OpenTelemetry specification, metrics SDK, default `MaxSize`. */
const MAX_SIZE = 160;

/**
 * Two exponential histograms as one. Both are brought to the lower of their scales, and lower if
 * the buckets would be too many: one step down joins the buckets 2i and 2i + 1.
 *
 * Source: OpenTelemetry data model, "Exponential scale" and "Merging".
 */
export function mergeExponential(
  one: ExponentialHistogram,
  other: ExponentialHistogram,
): ExponentialHistogram {
  // One of zeroes alone has some scale, which says nothing.
  const a = isOfZeroes(one) ? { ...one, ...NOTHING, scale: other.scale } : one;
  const b = isOfZeroes(other) ? { ...other, ...NOTHING, scale: a.scale } : other;
  let scale = Math.min(a.scale, b.scale);
  const sizeAt = (sign: 'positive' | 'negative'): number => {
    const ranges = [rangeOf(a[sign], a.scale - scale), rangeOf(b[sign], b.scale - scale)].filter(
      (range) => range !== undefined,
    );
    return ranges.length === 0
      ? 0
      : Math.max(...ranges.map(([, end]) => end)) - Math.min(...ranges.map(([start]) => start));
  };
  while (Math.max(sizeAt('positive'), sizeAt('negative')) > MAX_SIZE) scale--;
  const merge = (sign: 'positive' | 'negative'): Buckets =>
    addBuckets(lower(a[sign], a.scale - scale), lower(b[sign], b.scale - scale));
  return {
    ...a,
    scale,
    zeroCount: a.zeroCount + b.zeroCount,
    positive: merge('positive'),
    negative: merge('negative'),
    count: a.count + b.count,
    ...both('sum', a, b, (x, y) => x + y),
    ...both('min', a, b, Math.min),
    ...both('max', a, b, Math.max),
  };
}

/** `sum`, `min` or `max` of two histograms where both have it. */
export function both<K extends 'sum' | 'min' | 'max', T extends { [key in K]?: number }>(
  key: K,
  a: T,
  b: T,
  join: (x: number, y: number) => number,
): { [key in K]?: number } {
  const [x, y] = [a[key], b[key]];
  return (x === undefined || y === undefined ? { [key]: undefined } : { [key]: join(x, y) }) as {
    [key in K]?: number;
  };
}

const NOTHING = {
  positive: { offset: 0, bucketCounts: [] },
  negative: { offset: 0, bucketCounts: [] },
} satisfies Partial<ExponentialHistogram>;

function isOfZeroes({ count, zeroCount }: ExponentialHistogram): boolean {
  return count === zeroCount;
}

/** First index and the one after the last, `steps` scales lower; undefined without buckets. */
function rangeOf({ offset, bucketCounts }: Buckets, steps: number): readonly [number, number] | undefined {
  if (bucketCounts.length === 0) return undefined;
  return [offset >> steps, ((offset + bucketCounts.length - 1) >> steps) + 1];
}

function lower(buckets: Buckets, steps: number): Buckets {
  const range = rangeOf(buckets, steps);
  if (steps === 0 || range === undefined) return buckets;
  const [start, end] = range;
  const bucketCounts = new Array<number>(end - start).fill(0);
  buckets.bucketCounts.forEach((count, index) => {
    const at = ((buckets.offset + index) >> steps) - start;
    bucketCounts[at] = (bucketCounts[at] as number) + count;
  });
  return { offset: start, bucketCounts };
}

function addBuckets(a: Buckets, b: Buckets): Buckets {
  if (a.bucketCounts.length === 0) return b;
  if (b.bucketCounts.length === 0) return a;
  const offset = Math.min(a.offset, b.offset);
  const end = Math.max(a.offset + a.bucketCounts.length, b.offset + b.bucketCounts.length);
  const bucketCounts = new Array<number>(end - offset).fill(0);
  for (const each of [a, b]) {
    each.bucketCounts.forEach((count, index) => {
      const at = each.offset + index - offset;
      bucketCounts[at] = (bucketCounts[at] as number) + count;
    });
  }
  return { offset, bucketCounts };
}
