import { context, TraceFlags } from '@opentelemetry/api';
import { isTracingSuppressed } from '@opentelemetry/core';
import { MeterProvider, type ResourceMetrics } from '@opentelemetry/sdk-metrics';
import {
  type ReadableSpan,
  type SpanExporter,
  StackContextManager,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import {
  createMetricDelivery,
  createMetricReader,
  createSpanDelivery,
  type DeliveryOptions,
  type DestinationStats,
  FlushError,
} from '../../../exporters/index.ts';
import type { Outcome } from '../../../src/core/index.ts';
import { manualHost, settle } from '../support/manual-host.ts';

const BATCH = { queueSize: 100, batchSize: 4, delay: 1_000, timeout: 30_000 };
const text = (body: Uint8Array): string => Buffer.from(body).toString();

type Answer = Outcome | Promise<Outcome> | ((names: readonly string[]) => Outcome);

/** A backend with a script: each request takes the next answer, then everything is delivered. */
class ScriptedBackend {
  readonly requests: (readonly string[])[] = [];
  readonly received: string[] = [];
  readonly suppressed: boolean[] = [];
  shutdowns = 0;

  constructor(private readonly answers: Answer[] = []) {}

  readonly destination = {
    encode: (spans: readonly ReadableSpan[]) => {
      if (spans.some(({ name }) => name === 'unencodable')) throw new Error('no');
      return Buffer.from(JSON.stringify(spans.map(({ name }) => name)));
    },
    send: async (body: Uint8Array): Promise<Outcome> => {
      const names = JSON.parse(text(body)) as string[];
      this.requests.push(names);
      this.suppressed.push(isTracingSuppressed(context.active()));
      const answer = this.answers.shift() ?? { kind: 'delivered' };
      const outcome = typeof answer === 'function' ? answer(names) : await answer;
      if (outcome.kind === 'delivered') this.received.push(...names);
      return outcome;
    },
    shutdown: async () => void this.shutdowns++,
    unsampled: false,
  };
}

const contexts = new StackContextManager();
beforeAll(() => void context.setGlobalContextManager(contexts.enable()));
afterAll(() => contexts.disable());

function pipeline(
  answers: Answer[] = [],
  options: Partial<DeliveryOptions> = {},
  batch: Partial<typeof BATCH> = {},
) {
  const time = manualHost();
  const backend = new ScriptedBackend(answers);
  const processor = createSpanDelivery(
    backend as unknown as SpanExporter,
    { ...BATCH, ...batch },
    time.host,
    {
      name: 'test',
      options,
    },
  );
  const tracer = new TracerProvider({ spanProcessors: [processor] }).getTracer('t');
  let next = 0;
  const end = (count: number, name?: string): void => {
    for (let index = 0; index < count; index++) tracer.startSpan(name ?? `s${next++}`).end();
  };
  return { ...time, backend, processor, end, stats: () => processor.delivery.stats() };
}

/** The accounting identity; every test ends with it. */
function expectBalanced(stats: DestinationStats): void {
  const dropped = Object.values(stats.dropped).reduce((sum, count) => sum + count, 0);
  expect(stats.delivered + stats.rejected + dropped + stats.spooled + stats.inMemory).toBe(stats.accepted);
}

const retry = (after?: number): Outcome => ({
  kind: 'retry',
  reason: 'not now',
  ...(after === undefined ? {} : { after }),
});

describe('batches', () => {
  test('are sent when they are full, or when the first item has waited long enough', async () => {
    const { end, backend, advance, stats } = pipeline();
    end(5);
    await settle();
    expect(backend.requests).toEqual([['s0', 's1', 's2', 's3']]);
    await advance(999);
    expect(backend.requests).toHaveLength(1);
    await advance(1);
    expect(backend.requests).toEqual([['s0', 's1', 's2', 's3'], ['s4']]);
    expect(stats()).toMatchObject({ accepted: 5, delivered: 5, inMemory: 0, bytesInMemory: 0 });
    expect(backend.suppressed).toEqual([true, true]);
  });

  test('are sent when they are large enough, and a large item goes alone', async () => {
    const { end, backend } = pipeline([], { batchBytes: 1_000 });
    end(1);
    end(1, 'x'.repeat(2_000));
    await settle();
    expect(backend.requests.map((names) => names.length)).toEqual([1, 1]);
  });

  test('unsampled spans go only where they are wanted', async () => {
    const { processor, backend } = pipeline();
    const unsampled = { spanContext: () => ({ traceFlags: TraceFlags.NONE }) } as unknown as ReadableSpan;
    processor.onEnd(unsampled);
    await processor.forceFlush();
    expect(backend.requests).toEqual([]);
  });

  test('no more requests at once than allowed', async () => {
    const never = new Promise<Outcome>(() => {});
    const { end, backend } = pipeline([never, never, never], { concurrency: 2 });
    end(12);
    await settle();
    expect(backend.requests).toHaveLength(2);
  });
});

describe('what fails is sent again', () => {
  test('as often as it takes, and nothing is lost', async () => {
    const { end, backend, advance, stats, lines } = pipeline(Array.from({ length: 12 }, () => retry()));
    end(4);
    await advance(3_600_000);
    expect(backend.received).toEqual(['s0', 's1', 's2', 's3']);
    expect(stats()).toMatchObject({ accepted: 4, delivered: 4, retries: 12, breaker: 'closed' });
    expect(lines).toEqual([
      'warn test: export of traces fails: not now. It waits in memory and is sent again',
      expect.stringMatching(/^info test: export of traces works again after \d+ s. Lost meanwhile: nothing$/),
    ]);
  });

  test('not before the time that the server asked for, and nothing else is either', async () => {
    const { end, backend, advance } = pipeline([retry(20_000)]);
    end(4);
    await settle();
    end(4);
    await advance(19_999);
    expect(backend.requests).toHaveLength(1);
    await advance(1_000);
    expect(backend.received).toHaveLength(8);
  });

  test('with an open breaker nothing is sent, nothing is lost and one request probes', async () => {
    const failures = Array.from({ length: 6 }, () => retry());
    const { end, backend, advance, stats } = pipeline(failures, { breakerReset: 60_000, concurrency: 1 });
    end(4);
    await advance(25_000);
    expect([stats().breaker, backend.requests.length]).toEqual(['open', 5]);
    end(8);
    await advance(1_000);
    expect([backend.requests.length, stats().inMemory]).toEqual([5, 12]);
    await advance(600_000);
    expect(stats()).toMatchObject({ delivered: 12, inMemory: 0, breaker: 'closed' });
  });

  test('refused credentials pause everything and drop nothing', async () => {
    const { end, backend, advance, stats } = pipeline([{ kind: 'paused', reason: '401' }]);
    end(4);
    await advance(29_000);
    end(4);
    expect([backend.requests.length, stats().inMemory]).toEqual([1, 8]);
    await advance(2_000);
    expect(stats()).toMatchObject({ delivered: 8, inMemory: 0 });
  });
});

describe('what is refused', () => {
  test('for good is counted as rejected, with one line', async () => {
    const { end, processor, stats, lines } = pipeline([{ kind: 'rejected', reason: '400' }]);
    end(4);
    await processor.forceFlush();
    expect(stats()).toMatchObject({ rejected: 4, delivered: 0, inMemory: 0 });
    expect(lines).toEqual(['warn test: export of traces fails: 400. What is refused is lost']);
  });

  test('in part is counted in part', async () => {
    const { end, processor, stats, lines } = pipeline([
      { kind: 'delivered', rejected: 3, reason: 'too old' },
    ]);
    end(4);
    await processor.forceFlush();
    expect(stats()).toMatchObject({ rejected: 3, delivered: 1, inMemory: 0 });
    expect(lines).toEqual(['warn test: the backend refused 3 spans: too old']);
  });

  test('because it is too large is halved, down to the one item that is', async () => {
    const limit = (names: readonly string[]): Outcome =>
      names.includes('huge') ? { kind: 'split', reason: '413' } : { kind: 'delivered' };
    const { end, processor, stats, backend } = pipeline(Array.from({ length: 20 }, () => limit));
    end(1);
    end(1, 'huge');
    end(2);
    await processor.forceFlush();
    expect(backend.received.sort()).toEqual(['s0', 's1', 's2']);
    expect(stats()).toMatchObject({ delivered: 3, rejected: 1, inMemory: 0 });
  });

  test('because it cannot be encoded does not hold up the rest', async () => {
    const { end, processor, stats } = pipeline();
    end(4, 'unencodable');
    end(4);
    await processor.forceFlush();
    expect(stats()).toMatchObject({ delivered: 4, rejected: 4, inMemory: 0 });
  });
});

describe('when there is no room', () => {
  const stuck = (): Answer[] => Array.from({ length: 10 }, () => retry(600_000));

  test('the newest items are dropped and counted', async () => {
    const { end, stats, lines } = pipeline(stuck(), {}, { queueSize: 8 });
    end(4);
    await settle();
    end(10);
    expect(stats()).toMatchObject({ accepted: 14, dropped: { queue_full: 6 }, inMemory: 8 });
    expectBalanced(stats());
    expect(lines).toHaveLength(1);
  });

  test('or the oldest batches, if so configured', async () => {
    const { end, stats, backend, advance } = pipeline(
      stuck().slice(0, 1),
      { whenFull: 'oldest' },
      { queueSize: 8 },
    );
    end(4);
    await settle();
    end(8);
    expect(stats()).toMatchObject({ accepted: 12, dropped: { queue_full: 4 }, inMemory: 8 });
    await advance(700_000);
    expect(backend.received).toEqual(['s4', 's5', 's6', 's7', 's8', 's9', 's10', 's11']);
    expectBalanced(stats());
  });

  test('bytes count as well, and one item too large for the queue is taken when it is alone', async () => {
    const { end, stats } = pipeline(stuck(), { queueBytes: 5_000 });
    end(1, 'x'.repeat(9_000));
    end(1);
    expect(stats()).toMatchObject({ accepted: 2, dropped: { queue_full: 1 }, inMemory: 1 });
  });
});

describe('forceFlush', () => {
  test('waits for what is under way, and for retries', async () => {
    let answer: (outcome: Outcome) => void = () => {};
    const slow = new Promise<Outcome>((resolve) => {
      answer = resolve;
    });
    const { end, processor, backend, advance } = pipeline([slow, retry()]);
    end(5);
    await settle();
    let flushed = false;
    const flush = processor.forceFlush().then(() => {
      flushed = true;
    });
    await advance(100);
    expect(flushed).toBe(false);
    answer({ kind: 'delivered' });
    await advance(2_000);
    await flush;
    expect(backend.received.sort()).toEqual(['s0', 's1', 's2', 's3', 's4']);
  });

  test('does not wait for what comes later', async () => {
    const never = new Promise<Outcome>(() => {});
    const { end, processor, stats } = pipeline([{ kind: 'delivered' }, never]);
    end(2);
    const flush = processor.forceFlush();
    end(4);
    await flush;
    expect(stats()).toMatchObject({ delivered: 2, inMemory: 4 });
  });

  test('rejects with what has not arrived in time, and keeps it', async () => {
    const { end, processor, advance, stats } = pipeline(Array.from({ length: 99 }, () => retry()));
    end(3);
    const flush = processor.forceFlush();
    const result = expect(flush).rejects.toThrow(new FlushError('test', 'traces', 3));
    await advance(30_000);
    await result;
    expect(stats()).toMatchObject({ inMemory: 3 });
  });

  test('does not wait for pauses of our own, but for those of the server', async () => {
    const { end, processor, backend, advance } = pipeline([retry(), retry(10_000)], { retryDelay: 30_000 });
    end(4);
    await settle();
    const flush = processor.forceFlush();
    await settle();
    expect(backend.requests).toHaveLength(2);
    await advance(9_999);
    expect(backend.requests).toHaveLength(2);
    await advance(20_000);
    await flush.catch(() => {});
    expect(backend.requests.length).toBeGreaterThanOrEqual(3);
  });
});

describe('shutdown', () => {
  test('delivers the rest, comes once, and leaves no timer', async () => {
    const { end, processor, backend, stats, pendingTimers } = pipeline();
    end(3);
    await Promise.all([processor.shutdown(), processor.shutdown()]);
    expect(backend.received).toHaveLength(3);
    expect([backend.shutdowns, pendingTimers()]).toEqual([1, 0]);
    end(1);
    expect(stats()).toMatchObject({ accepted: 4, delivered: 3, dropped: { shutdown: 1 } });
  });

  test('is bounded, and counts and says what is lost by it', async () => {
    const never = new Promise<Outcome>(() => {});
    const { end, processor, advance, stats, lines } = pipeline([never], { shutdownTimeout: 500 });
    end(5);
    const shutdown = processor.shutdown();
    await advance(500);
    await shutdown;
    expect(stats()).toMatchObject({ accepted: 5, delivered: 1, dropped: { shutdown: 4 }, inMemory: 0 });
    expect(lines).toEqual([expect.stringContaining('shut down with 4 spans undelivered; they are lost')]);
  });
});

test('one slow destination does not hold up another', async () => {
  const slow = pipeline([new Promise<Outcome>(() => {})]);
  const quick = pipeline();
  slow.end(4);
  quick.end(4);
  await quick.processor.forceFlush();
  expect([slow.stats().inMemory, quick.stats().delivered]).toEqual([4, 4]);
});

test('metrics: an interval whose export fails is sent later, delta sums included', async () => {
  const { host, advance } = manualHost();
  const sums: number[] = [];
  let works = false;
  const exporter = {
    destination: {
      encode: (metrics: ResourceMetrics) =>
        Buffer.from(String(metrics.scopeMetrics[0]?.metrics[0]?.dataPoints[0]?.value)),
      send: async (body: Uint8Array): Promise<Outcome> => {
        if (!works) return retry();
        sums.push(Number(text(body)));
        return { kind: 'delivered' };
      },
      shutdown: async () => {},
    },
    selectAggregationTemporality: () => 0,
  };
  const delivery = createMetricDelivery(exporter as never, { queueSize: 100, timeout: 1_000 }, host);
  const reader = createMetricReader(delivery, { interval: 10_000, timeout: 1_000 }, host);
  const provider = new MeterProvider({ readers: [reader] });
  const counter = provider.getMeter('t').createCounter('c');
  for (const value of [1, 2, 3]) {
    counter.add(value);
    await advance(10_000);
  }
  works = true;
  await advance(120_000);
  expect(sums.sort()).toEqual([1, 2, 3]);
  expect(delivery.delivery.stats()).toMatchObject({ accepted: 3, delivered: 3, inMemory: 0 });
  await provider.shutdown();
});
