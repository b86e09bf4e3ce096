import type { ExponentialHistogram, Histogram } from '@opentelemetry/sdk-metrics';

/** A value that occurred `count` times, or so nearly. */
export interface Weighted {
  readonly value: number;
  readonly count: number;
}

/**
 * The values of an exponential histogram: for each bucket, the value that is off by the same factor
 * at both ends. The relative error is at most (b - 1) / (b + 1) with b = 2^(2^-scale).
 * Source: OpenTelemetry data model, ExponentialHistogram: bucket i is (b^i, b^(i+1)].
 */
export function exponentialValues(histogram: ExponentialHistogram): Weighted[] {
  const { scale, zeroCount, positive, negative, min = -Infinity, max = Infinity } = histogram;
  const values: Weighted[] = [];
  if (zeroCount > 0) values.push({ value: 0, count: zeroCount });
  const exponent = 2 ** -scale;
  const bias = 2 / (1 + 2 ** exponent);
  for (const [{ offset, bucketCounts }, sign] of [
    [positive, 1],
    [negative, -1],
  ] as const) {
    bucketCounts.forEach((count, index) => {
      if (count <= 0) return;
      const upper = 2 ** ((offset + index + 1) * exponent);
      values.push({ value: clamp(sign * upper * bias, min, max), count });
    });
  }
  return exactWhereKnown(values, histogram);
}

/** The values of a histogram with explicit bounds: the middle of each bucket, within min and max. */
export function explicitValues(histogram: Histogram): Weighted[] {
  const { boundaries, counts } = histogram.buckets;
  const { min = -Infinity, max = Infinity } = histogram;
  const values: Weighted[] = [];
  counts.forEach((count, index) => {
    if (count <= 0) return;
    const lower = Math.max(boundaries[index - 1] ?? -Infinity, min);
    const upper = Math.min(boundaries[index] ?? Infinity, max);
    values.push({ value: middle(lower, upper), count });
  });
  return exactWhereKnown(values, histogram);
}

function middle(lower: number, upper: number): number {
  if (!Number.isFinite(lower)) return Number.isFinite(upper) ? upper : 0;
  return Number.isFinite(upper) ? (lower + upper) / 2 : lower;
}

function clamp(value: number, min: number, max: number): number {
  return Math.min(Math.max(value, min), max);
}

/** One measurement is its own sum; the ends of the distribution are the minimum and the maximum. */
function exactWhereKnown(values: Weighted[], { count, sum, min, max }: Histogram | ExponentialHistogram) {
  const [only] = values;
  if (count === 1 && only && sum !== undefined) return [{ value: sum, count: 1 }];
  if (min !== undefined) pullTo(values, min, 'lowest');
  if (max !== undefined) pullTo(values, max, 'highest');
  return values;
}

/** Makes one occurrence of the outermost value exact. */
function pullTo(values: Weighted[], exact: number, end: 'lowest' | 'highest'): void {
  let at = 0;
  for (let index = 1; index < values.length; index++) {
    const difference = (values[index] as Weighted).value - (values[at] as Weighted).value;
    if (end === 'lowest' ? difference < 0 : difference > 0) at = index;
  }
  const outer = values[at];
  if (!outer || outer.value === exact) return;
  if (outer.count === 1) values[at] = { value: exact, count: 1 };
  else {
    values[at] = { value: outer.value, count: outer.count - 1 };
    values.push({ value: exact, count: 1 });
  }
}

/**
 * The sample rate by which the Agent gives a value the weight `count`: it takes the whole part of
 * 1 / rate, so the rate is 1 / count, or the next lower number where rounding went the wrong way.
 * Source: Datadog Agent, `pkg/quantile/agent.go`.
 */
export function rateOf(count: number): number {
  let rate = 1 / count;
  while (Math.trunc(1 / rate) < count) rate *= 1 - Number.EPSILON;
  return rate;
}
