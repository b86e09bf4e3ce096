import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { withDefaults } from '../../../processors/cardinality/options.ts';
import { SeriesGuard } from '../../../processors/cardinality/series-guard.ts';

const OVERFLOW = { 'otel.metric.overflow': true };

describe('SeriesGuard', () => {
  it('keeps its memory flat over a million values on ten keys', () => {
    setFlagsFromString('--expose-gc');
    const collectGarbage = runInNewContext('gc') as () => void;
    const guard = new SeriesGuard(withDefaults({}), 2_000, () => {});
    const record = (from: number, to: number) => {
      for (let value = from; value < to; value++) {
        const attributes: Record<string, string> = {};
        for (let key = 0; key < 10; key++) attributes[`key${key}`] = `value-${value}-${key}`;
        guard.admit(attributes);
      }
    };
    record(0, 1_000);
    collectGarbage();
    const before = process.memoryUsage().heapUsed;
    record(1_000, 1_000_000);
    collectGarbage();
    expect((process.memoryUsage().heapUsed - before) / 1e6).toBeLessThan(5);
  });

  it('bounds the number of keys', () => {
    const told: string[] = [];
    const guard = new SeriesGuard(withDefaults({ limit: 10 }), 10, (key) => told.push(key));
    for (let index = 0; index < 1_000; index++) guard.admit({ [`key${index}`]: 1 });
    expect(guard.admit({ another: 1 })).toEqual(OVERFLOW);
    expect(told).toContain('*');
  });

  it('makes room for new series when others were idle for three collections', () => {
    const guard = new SeriesGuard(withDefaults({}), 2, () => {});
    guard.admit({ a: 1 });
    guard.admit({ a: 2 });
    expect(guard.admit({ a: 3 })).toEqual(OVERFLOW);
    for (let cycle = 0; cycle < 4; cycle++) {
      guard.admit({ a: 1 });
      guard.endCycle();
    }
    expect(guard.admit({ a: 3 })).toEqual({ a: 3 });
    expect(guard.admit({ a: 1 })).toEqual({ a: 1 });
    expect(guard.admit({ a: 2 })).toEqual(OVERFLOW);
  });

  it('survives attributes of any kind', () => {
    const guard = new SeriesGuard(withDefaults({}), 10, () => {});
    const circular: Record<string, unknown> = {};
    circular.self = circular;
    expect(() =>
      guard.admit({ a: null, b: undefined, c: circular as never, d: Number.NaN, __proto__: 1 } as never),
    ).not.toThrow();
    expect(guard.admit(undefined)).toEqual({});
  });
});
