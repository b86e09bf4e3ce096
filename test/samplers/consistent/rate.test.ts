import {
  hashRandomness,
  otRandomness,
  randomValue,
  reaches,
} from '../../../samplers/consistent/randomness.ts';
import {
  adjustedCount,
  formatThreshold,
  probabilityOf,
  quantised,
  rateOf,
  thresholdOf,
} from '../../../samplers/consistent/rate.ts';
import { vectors } from '../support.ts';

interface Knuth {
  trace_id_low64: string;
  rate: number;
  sampled: boolean;
  rv?: string;
  th?: string;
}

const padded = (low64: string) => BigInt(low64).toString(16).padStart(32, '0');

describe('Datadog hash', () => {
  test.each(vectors<Knuth>('dd_knuth'))(
    '$id: $trace_id_low64 at $rate',
    ({ trace_id_low64, rate, sampled, rv, th }) => {
      const random = hashRandomness(padded(trace_id_low64));
      expect(reaches(random, rateOf(rate))).toBe(sampled);
      if (rv !== undefined) expect(randomValue(random, rateOf(rate), sampled)).toBe(rv);
      if (th !== undefined) expect(rateOf(rate).th).toBe(th);
    },
  );

  test.each(vectors<{ rate: number; uint64_threshold: string }>('dd_knuth_threshold'))(
    '$id: threshold of $rate',
    ({ rate, uint64_threshold }) => {
      const { hashHigh, hashLow } = rateOf(rate);
      const kept = (1n << 64n) - 1n - ((BigInt(hashHigh) << 32n) | BigInt(hashLow));
      expect(kept).toBe(BigInt(uint64_threshold));
    },
  );

  test.each(vectors<{ rate: number; _dd_p_ksr: string }>('dd_ksr_format'))(
    '$id: $rate is written $_dd_p_ksr',
    ({ rate, _dd_p_ksr }) => {
      expect(rateOf(rate).ksr).toBe(_dd_p_ksr);
    },
  );
});

describe('OpenTelemetry thresholds', () => {
  test.each(vectors<{ probability: number; precision: number; th: string }>('otel_th_precision'))(
    '$id: $probability with $precision digits is $th',
    ({ probability, precision, th }) => {
      expect(formatThreshold(thresholdOf(probability, precision))).toBe(th);
    },
  );

  test.each(vectors<{ probability: number; th: string }>('otel_th_full_precision'))(
    '$id: $probability is $th',
    ({ probability, th }) => {
      expect(formatThreshold(thresholdOf(probability))).toBe(th);
    },
  );

  test.each(vectors<{ probability: number; threshold_uint56: string }>('otel_th_integer'))(
    '$id: $probability is $threshold_uint56',
    ({ probability, threshold_uint56 }) => {
      expect(thresholdOf(probability)).toBe(BigInt(threshold_uint56));
    },
  );

  test.each(vectors<{ th: string; probability: number; adjusted_count: number }>('otel_adjusted_count'))(
    '$id: th:$th stands for $adjusted_count',
    ({ th, probability, adjusted_count }) => {
      expect(probabilityOf(th)).toBeCloseTo(probability, 12);
      expect(adjustedCount(th)).toBeCloseTo(adjusted_count, 12);
    },
  );

  test('a quantised rate has at most four significant digits and is what its threshold says', () => {
    for (const probability of [0.9, 0.1, 0.013, 0.0007, 1e-5]) {
      const rate = quantised(probability);
      expect(rate.probability).toBeCloseTo(probability, 4);
      expect(rate.th?.replace(/^f+/, '').length).toBeLessThanOrEqual(4);
      expect(probabilityOf(rate.th ?? '')).toBe(rate.probability);
    }
  });
});

describe('random value against threshold', () => {
  interface Decision {
    rv?: string;
    randomness?: string;
    trace_id?: string;
    th: string;
    sampled: boolean;
  }
  test.each(vectors<Decision>('otel_rv_th_decision'))('$id', ({ rv, randomness, trace_id, th, sampled }) => {
    const digits = rv ?? trace_id ?? '';
    const random = otRandomness(digits);
    const value = (BigInt(random.high) << 24n) | BigInt(random.low >>> 8);
    expect(value).toBe(BigInt(`0x${rv ?? randomness}`));
    expect(value >= BigInt(`0x${th.padEnd(14, '0')}`)).toBe(sampled);
    const rate = rateOf(probabilityOf(th));
    // Rates are doubles: a threshold that differs from 2^56 by less than 8 has none.
    if (rate.th === th) expect(reaches(random, rate)).toBe(sampled);
  });

  test('at the border of 56 bits the random value follows the decision of the 64', () => {
    const random = hashRandomness(padded('5401449561355763072'));
    const rate = rateOf(0.05);
    expect(reaches(random, rate)).toBe(false);
    expect(randomValue(random, rate, false)).toBe('f333333333332f');
    expect(reaches(otRandomness('f333333333332f'), rate)).toBe(false);
  });
});
