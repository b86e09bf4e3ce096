import { AdaptiveRate, nextProbability } from '../../../samplers/rates/adaptive-rate.ts';
import { TokenBucket } from '../../../samplers/rates/token-bucket.ts';
import { FakeHost, rig, seeded, traceId, vectors } from '../support.ts';

interface Step {
  target_qps: number;
  current_qps: number;
  old_probability: number;
  new_probability: number;
}

test.each(vectors<Step>('adaptive_rate'))(
  '$id: $old_probability at $current_qps traces/s becomes $new_probability',
  ({ target_qps, current_qps, old_probability, new_probability }) => {
    const arrivals = current_qps / old_probability;
    expect(nextProbability(old_probability, target_qps, arrivals)).toBeCloseTo(new_probability, 12);
  },
);

describe('adaptive rates', () => {
  const run = (rate: AdaptiveRate, host: FakeHost, perSecond: number, seconds: number) => {
    let expected = 0;
    for (let second = 0; second < seconds; second++) {
      for (let at = 0; at < perSecond; at++) expected += rate.arrive().probability;
      host.advance(1000);
    }
    return expected / seconds;
  };

  test('settle on the target', () => {
    const host = new FakeHost();
    const rate = new AdaptiveRate(100, {}, host.clock);
    run(rate, host, 1000, 30);
    expect(run(rate, host, 1000, 60)).toBeCloseTo(100, -1);
  });

  test('fall at once when the load explodes, and rise by half at most', () => {
    const host = new FakeHost();
    const rate = new AdaptiveRate(10, {}, host.clock);
    run(rate, host, 10, 60);
    expect(rate.current().probability).toBeCloseTo(1, 1);
    run(rate, host, 1000, 3);
    expect(rate.current().probability).toBeLessThan(0.05);
    run(rate, host, 1000, 30);
    const low = rate.current().probability;
    run(rate, host, 1, 10);
    rate.arrive();
    expect(rate.current().probability).toBeLessThanOrEqual(low * 1.51);
  });

  test('keep their bounds, and one trace per minute at least', () => {
    const host = new FakeHost();
    const bounded = new AdaptiveRate(1, { min: 0.01, max: 0.5 }, host.clock);
    expect(bounded.current().probability).toBe(0.5);
    run(bounded, host, 10_000, 12);
    expect(bounded.current().probability).toBeCloseTo(0.01, 4);
    expect(nextProbability(1, 0.0001, 10)).toBeCloseTo(1 / 600);
  });

  test('the weight of a trace says its rate in four digits', () => {
    const { sampler, host } = rig({ SIGNALBOX_SAMPLING_RULES: '100/s' });
    const random = seeded(4);
    const context = { getValue: () => undefined } as unknown as Parameters<typeof sampler.shouldSample>[0];
    for (let second = 0; second < 3; second++) {
      for (let trace = 0; trace < 700; trace++)
        sampler.shouldSample(context, traceId(random), 's', 0, {}, []);
      host.advance(1000);
    }
    const { traceState } = sampler.shouldSample(context, traceId(random), 's', 0, {}, []);
    expect(traceState?.get('ot')).toMatch(/th:[0-9a-f]{1,5}$/);
  });
});

describe('token bucket', () => {
  test('lets a second’s worth through at once, then as many as flow in', () => {
    const host = new FakeHost();
    const bucket = new TokenBucket(10, host.clock);
    const take = (count: number) => Array.from({ length: count }, () => bucket.take()).filter(Boolean).length;
    expect(take(20)).toBe(10);
    host.advance(500);
    expect(take(20)).toBe(5);
    expect(bucket.effectiveRate()).toBeCloseTo(15 / 40);
  });

  test('0 lets nothing through, negative everything', () => {
    const { clock } = new FakeHost();
    expect(new TokenBucket(0, clock).take()).toBe(false);
    const open = new TokenBucket(-1, clock);
    expect(Array.from({ length: 1000 }, () => open.take()).every(Boolean)).toBe(true);
    expect(open.effectiveRate()).toBe(1);
  });

  test('a debt is paid back first', () => {
    const host = new FakeHost();
    const bucket = new TokenBucket(10, host.clock);
    bucket.take();
    bucket.debit(29);
    host.advance(1000);
    expect(bucket.take()).toBe(false);
    host.advance(2000);
    expect(bucket.take()).toBe(true);
  });
});

test('a limit in spans counts all spans of the traces it lets through', () => {
  const r = rig({ SIGNALBOX_SAMPLING_RULES: '<=100/s' });
  for (let second = 0; second < 10; second++) {
    for (let trace = 0; trace < 50; trace++) {
      const root = r.start('root');
      for (let child = 1; child < 10; child++) r.start('child', {}, root).end();
      root.end();
      r.host.advance(20);
    }
  }
  const perSecond = r.exported().length / 10;
  expect(perSecond).toBeGreaterThan(85);
  expect(perSecond).toBeLessThan(125);
  expect(r.exported()[0]?.spanContext().traceState?.get('ot')).toBeUndefined();
});
