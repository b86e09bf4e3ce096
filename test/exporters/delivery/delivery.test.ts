import { context, TraceFlags } from '@opentelemetry/api';
import { type ReadableSpan, StackContextManager } from '@opentelemetry/sdk-trace';
import type { Outcome } from '../../../src/core/index.ts';
import { settle } from '../support/manual-host.ts';
import { type Answer, expectBalanced, pipeline, retry } from '../support/scripted-backend.ts';

const contexts = new StackContextManager();
beforeAll(() => void context.setGlobalContextManager(contexts.enable()));
afterAll(() => contexts.disable());

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
    const { end, stats } = pipeline(stuck(), { queueBytes: 20_000 });
    end(1, 'x'.repeat(9_000));
    end(1);
    expect(stats()).toMatchObject({ accepted: 2, dropped: { queue_full: 1 }, inMemory: 1 });
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
