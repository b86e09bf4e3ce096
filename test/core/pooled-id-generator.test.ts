import { isSpanContextValid } from '@opentelemetry/api';
import { PooledIdGenerator } from '../../src/core/index.ts';

/** More than one pool holds, so that it is filled again on the way. */
const MANY = 10_000;

test('ids are valid, and none comes twice', () => {
  const generator = new PooledIdGenerator();
  const traceIds = new Set<string>();
  const spanIds = new Set<string>();
  for (let count = 0; count < MANY; count++) {
    const traceId = generator.generateTraceId();
    const spanId = generator.generateSpanId();
    if (!isSpanContextValid({ traceId, spanId, traceFlags: 0 })) throw new Error(`${traceId} ${spanId}`);
    traceIds.add(traceId);
    spanIds.add(spanId);
  }
  expect(traceIds.size).toBe(MANY);
  expect(spanIds.size).toBe(MANY);
});

test('trace ids and span ids are made of different bytes', () => {
  const generator = new PooledIdGenerator();
  const traceIds = Array.from({ length: 64 }, () => generator.generateTraceId());
  const spanIds = Array.from({ length: 64 }, () => generator.generateSpanId());
  for (const spanId of spanIds) for (const traceId of traceIds) expect(traceId).not.toContain(spanId);
});

test('every bit is as often set as not', () => {
  const generator = new PooledIdGenerator();
  const set = new Array<number>(128).fill(0);
  for (let count = 0; count < MANY; count++) {
    const id = BigInt(`0x${generator.generateTraceId()}`);
    for (let bit = 0; bit < 128; bit++) if ((id >> BigInt(bit)) & 1n) set[bit] = (set[bit] ?? 0) + 1;
  }
  // Seven standard deviations: a fair generator fails this once in 10^9 runs.
  const bound = 7 * Math.sqrt(MANY / 4);
  for (const count of set) expect(Math.abs(count - MANY / 2)).toBeLessThan(bound);
});

test('two generators do not repeat each other', () => {
  const ids = [new PooledIdGenerator(), new PooledIdGenerator()].flatMap((generator) =>
    Array.from({ length: 1_000 }, () => generator.generateSpanId()),
  );
  expect(new Set(ids).size).toBe(2_000);
});

test('trace ids of 64 bits have zeros in front', () => {
  const generator = new PooledIdGenerator({ traceId128: false });
  expect(generator.generateTraceId()).toMatch(/^0{16}(?!0{16})[0-9a-f]{16}$/);
});
