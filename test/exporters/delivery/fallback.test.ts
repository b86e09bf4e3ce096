import { TraceFlags } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import type { DeliveryOptions, FallbackRoute } from '../../../exporters/index.ts';
import type { Outcome } from '../../../src/core/index.ts';
import { manualHost, settle } from '../support/manual-host.ts';
import { type Answer, expectBalanced, pipeline, retry, standIn } from '../support/scripted-backend.ts';

const OPTIONS = { breakerThreshold: 2, breakerReset: 10_000, concurrency: 2 };
const failures = (count: number): Answer[] => Array.from({ length: count }, () => retry());
const refuse: Outcome = { kind: 'rejected', reason: '400' };
const HOUR = 3_600_000;

/** A destination with the answers, and fallbacks with theirs. */
function withFallbacks(
  answers: Answer[],
  fallbacks: readonly Answer[][],
  more: { mode?: 'switch' | 'mirror'; options?: Partial<DeliveryOptions>; queueSize?: number } = {},
) {
  const time = manualHost();
  const standIns = fallbacks.map((script, index) => standIn(`fallback-${index}`, time, script));
  const routes = standIns.map(({ route }) => route);
  const { mode = 'switch', options, queueSize } = more;
  const batch = queueSize === undefined ? {} : { queueSize };
  const whole = pipeline(answers, { ...OPTIONS, ...options }, batch, { time, fallback: { routes, mode } });
  return { ...whole, fallbacks: standIns.map(({ backend }) => backend) };
}

test('it is used from when the breaker opens, also for what waits, until a probe succeeds', async () => {
  const { end, backend, fallbacks, advance, stats, lines } = withFallbacks(failures(3), [[]]);
  end(4);
  await settle();
  // One failure is none: it may pass.
  expect([fallbacks[0]?.received, stats().inMemory]).toEqual([[], 4]);
  await advance(3_000);
  end(4);
  await advance(2_000);
  expect(stats()).toMatchObject({
    breaker: 'open',
    delivered: 8,
    inMemory: 0,
    fallback: { 'fallback-0': 8 },
  });
  expect(new Set(fallbacks[0]?.received).size).toBe(8);
  // The third request probes and fails; its batch goes the other way, too.
  await advance(10_000);
  end(4);
  await settle();
  expect([backend.requests.length, stats().delivered]).toEqual([3, 12]);
  await advance(20_000);
  end(4);
  end(4);
  await settle();
  expect(stats()).toMatchObject({ breaker: 'closed', delivered: 20, fallback: { 'fallback-0': 16 } });
  end(4);
  await settle();
  expect(backend.received).toHaveLength(8);
  expect(new Set([...backend.received, ...(fallbacks[0]?.received ?? [])]).size).toBe(24);
  expectBalanced(stats());
  expect(lines).toEqual([
    'warn test: export of traces fails: not now. It waits in memory and is sent again',
    'info test: until it works again, the fallback fallback-0 is used',
    expect.stringMatching(
      /works again after \d+ s. Lost meanwhile: nothing. Gone to fallbacks: 12 items to fallback-0$/,
    ),
  ]);
});

test('it is tried in order, and each one that fails is left alone for a while', async () => {
  const { end, fallbacks, advance, stats } = withFallbacks(failures(1_000), [failures(3), []]);
  end(40);
  await advance(5_000);
  const [first, second] = fallbacks;
  expect(stats()).toMatchObject({ delivered: 40, inMemory: 0 });
  expect(stats().fallback).toEqual({ 'fallback-0': 0, 'fallback-1': 40 });
  // Two at once, then one after a pause.
  expect(first?.requests.length).toBeLessThanOrEqual(3);
  await advance(60_000);
  end(40);
  await advance(60_000);
  end(40);
  await advance(60_000);
  expect(stats()).toMatchObject({ delivered: 120, inMemory: 0 });
  expect(first?.received.length).toBeGreaterThan(0);
  expect(new Set([...(first?.received ?? []), ...(second?.received ?? [])]).size).toBe(120);
});

test('both down: everything waits in memory, and goes to whoever is back first', async () => {
  const { end, backend, fallbacks, advance, stats } = withFallbacks(failures(6), [failures(100_000)]);
  end(20);
  await advance(20_000);
  expect(stats()).toMatchObject({ inMemory: 20, delivered: 0 });
  expectBalanced(stats());
  await advance(HOUR);
  expect(stats()).toMatchObject({ inMemory: 0, delivered: 20, fallback: {} });
  expect(new Set(backend.received).size).toBe(20);
  // At most one request every half minute on the average, once it has failed often.
  expect(fallbacks[0]?.requests.length).toBeLessThan(60);
});

test.each<[what: string, answer: Answer]>([
  ['refuses a batch', refuse],
  ['takes it in part only', { kind: 'delivered', rejected: 1, reason: 'too old' }],
])('a fallback that %s costs nothing: the destination gets all of it', async (_what, answer) => {
  const { end, backend, advance, stats } = withFallbacks(failures(2), [[answer]]);
  end(4);
  await advance(5_000);
  expect(stats()).toMatchObject({ inMemory: 4, delivered: 0, rejected: 0 });
  await advance(HOUR);
  expect(stats()).toMatchObject({ inMemory: 0, delivered: 4, rejected: 0, fallback: {} });
  expect([...backend.received].sort()).toEqual(['s0', 's1', 's2', 's3']);
});

test('what one fallback refuses, the next one is asked for', async () => {
  const { end, fallbacks, advance, stats } = withFallbacks(failures(2), [[refuse], []]);
  end(4);
  await advance(5_000);
  expect(stats()).toMatchObject({ delivered: 4, fallback: { 'fallback-1': 4 } });
  expect(fallbacks[1]?.received).toHaveLength(4);
});

test('what is too large for a fallback is halved; a single item that is waits for the destination', async () => {
  const limit = (names: readonly string[]): Outcome =>
    names.includes('huge') ? { kind: 'split', reason: '413' } : { kind: 'delivered' };
  const { end, backend, fallbacks, advance, stats } = withFallbacks(failures(2), [
    Array.from({ length: 20 }, () => limit),
  ]);
  end(3);
  end(1, 'huge');
  await advance(5_000);
  expect(fallbacks[0]?.received.sort()).toEqual(['s0', 's1', 's2']);
  expect(stats()).toMatchObject({ inMemory: 1, delivered: 3, rejected: 0 });
  await advance(HOUR);
  expect(backend.received).toEqual(['huge']);
  expect(stats()).toMatchObject({ inMemory: 0, delivered: 4 });
});

test('refused credentials bring it in at once; a short Retry-After does not', async () => {
  const paused = withFallbacks([{ kind: 'paused', reason: '401' }], [[]]);
  paused.end(4);
  await settle();
  expect(paused.stats()).toMatchObject({ delivered: 4, fallback: { 'fallback-0': 4 } });
  const busy = withFallbacks([retry(5_000)], [[]]);
  busy.end(4);
  await busy.advance(4_000);
  expect(busy.stats()).toMatchObject({ breaker: 'open', inMemory: 4 });
  await busy.advance(2_000);
  expect(busy.stats()).toMatchObject({ breaker: 'closed', delivered: 4, fallback: {} });
  const long = withFallbacks([retry(60_000)], [[]]);
  long.end(4);
  await settle();
  expect(long.stats()).toMatchObject({ delivered: 4, fallback: { 'fallback-0': 4 } });
});

test('spans that only the destination counts wait for it', async () => {
  const { processor, end, backend, fallbacks, advance, stats } = withFallbacks(failures(2), [[]]);
  Object.assign(processor, { unsampled: true });
  const flags = { traceFlags: TraceFlags.NONE };
  const unsampled = {
    name: 'counted',
    attributes: {},
    events: [],
    links: [],
    status: {},
    spanContext: () => flags,
  };
  end(2);
  processor.onEnd(unsampled as unknown as ReadableSpan);
  processor.onEnd(unsampled as unknown as ReadableSpan);
  await advance(5_000);
  expect(fallbacks[0]?.received).toEqual(['s0', 's1']);
  expect(stats()).toMatchObject({ accepted: 4, delivered: 2, inMemory: 2 });
  expectBalanced(stats());
  await advance(HOUR);
  expect(backend.received).toEqual(['counted', 'counted']);
});

describe('with the mode mirror', () => {
  const mirror = { mode: 'mirror' } as const;

  test('the destination gets all of it, too, when it is back', async () => {
    const { end, backend, fallbacks, advance, stats } = withFallbacks(failures(2), [[]], mirror);
    end(8);
    await advance(5_000);
    expect(fallbacks[0]?.received).toHaveLength(8);
    expect(stats()).toMatchObject({ delivered: 0, inMemory: 8, fallback: { 'fallback-0': 8 } });
    expectBalanced(stats());
    await advance(HOUR);
    expect(new Set(backend.received).size).toBe(8);
    // Each once, however long it took.
    expect(fallbacks[0]?.received).toHaveLength(8);
    expect(stats()).toMatchObject({ delivered: 8, inMemory: 0 });
  });

  test('what the fallback has makes room first and is not lost', async () => {
    const { end, fallbacks, advance, stats, lines } = withFallbacks(failures(1_000), [[]], {
      ...mirror,
      queueSize: 8,
    });
    for (let round = 0; round < 5; round++) {
      end(4);
      await advance(5_000);
    }
    expect(fallbacks[0]?.received).toHaveLength(20);
    expect(stats()).toMatchObject({ accepted: 20, delivered: 12, dropped: {}, inMemory: 8 });
    expect(lines.filter((line) => line.includes('dropped'))).toEqual([]);
  });

  test('a flush does not wait for what the fallback has, and shutdown counts it as delivered', async () => {
    const { end, processor, advance, stats } = withFallbacks(failures(1_000), [[]], mirror);
    end(8);
    await advance(5_000);
    await processor.forceFlush();
    await processor.shutdown();
    expect(stats()).toMatchObject({ delivered: 8, dropped: {}, inMemory: 0 });
  });

  test('what the destination refuses later is not lost', async () => {
    const { end, advance, stats } = withFallbacks([...failures(2), refuse], [[]], mirror);
    end(4);
    await advance(HOUR);
    expect(stats()).toMatchObject({ delivered: 4, rejected: 0, inMemory: 0 });
  });
});

describe('when the process ends', () => {
  test('one failure is enough', async () => {
    const { end, processor, fallbacks, advance, stats } = withFallbacks(failures(1_000), [[]]);
    end(3);
    processor.delivery.limitFlushes(2_000);
    const flushed = processor.forceFlush();
    await advance(10);
    await flushed;
    expect(fallbacks[0]?.received).toHaveLength(3);
    expect(stats()).toMatchObject({ delivered: 3, inMemory: 0 });
  });

  test('a destination that does not answer has half of the time', async () => {
    const never = new Promise<Outcome>(() => {});
    const { end, processor, fallbacks, advance, stats } = withFallbacks([never, never], [[]]);
    end(9);
    processor.delivery.limitFlushes(2_000);
    const flushed = processor.forceFlush();
    await advance(999);
    expect(fallbacks[0]?.received).toEqual([]);
    await advance(2);
    await flushed;
    expect(fallbacks[0]?.received).toHaveLength(9);
    expect(stats()).toMatchObject({ delivered: 9, inMemory: 0 });
  });

  test('before that, a flush of the application waits for the destination', async () => {
    const { end, processor, fallbacks, advance, stats } = withFallbacks(failures(1), [[]]);
    end(3);
    const flushed = processor.forceFlush();
    await advance(2_000);
    await flushed;
    expect([fallbacks[0]?.received, stats().delivered]).toEqual([[], 3]);
  });

  test('each fallback is closed once, by the last of its destinations', async () => {
    const time = manualHost();
    const { route, backend } = standIn('shared', time);
    const shared = { time, fallback: { routes: [route], mode: 'switch' as const } };
    const [a, b] = [pipeline([], {}, {}, shared), pipeline([], {}, {}, shared)];
    await a.processor.shutdown();
    await a.processor.shutdown();
    expect(backend.shutdowns).toBe(0);
    await b.processor.shutdown();
    expect(backend.shutdowns).toBe(1);
  });
});

describe('one fallback of two destinations', () => {
  function both(answers: readonly [Answer[], Answer[]], script: Answer[] = []) {
    const time = manualHost();
    const { route, backend } = standIn('shared', time, script);
    const fallback = { routes: [route as FallbackRoute<'traces'>], mode: 'switch' as const };
    const [a, b] = answers.map((own) => pipeline(own, OPTIONS, {}, { time, fallback }));
    if (!a || !b) throw new Error('two are needed');
    /** Spans that both destinations get, as behind a fan-out. */
    const fanOut = (count: number): void => {
      const { onEnd } = a.processor;
      a.processor.onEnd = (span) => {
        onEnd.call(a.processor, span);
        b.processor.onEnd(span);
      };
      a.end(count);
      a.processor.onEnd = onEnd;
    };
    return { a, b, backend, fanOut, advance: time.advance };
  }

  test('gets each span once if both are down, and both books are right', async () => {
    const { a, b, backend, fanOut, advance } = both([failures(1_000), failures(1_000)]);
    for (let round = 0; round < 5; round++) {
      fanOut(6);
      await advance(3_000);
    }
    await advance(60_000);
    expect(backend.received).toHaveLength(30);
    expect(new Set(backend.received).size).toBe(30);
    for (const { stats } of [a, b]) expect(stats()).toMatchObject({ delivered: 30, inMemory: 0 });
  });

  test('serves the one that is down, and the other one is left alone', async () => {
    const { a, b, backend, fanOut, advance } = both([failures(1_000), []]);
    fanOut(8);
    await advance(60_000);
    expect(backend.received).toHaveLength(8);
    expect(a.stats()).toMatchObject({ delivered: 8, fallback: { shared: 8 } });
    expect(b.stats()).toMatchObject({ delivered: 8, fallback: {} });
    expect(b.backend.received).toHaveLength(8);
  });
});
