import { resourceFromAttributes } from '@opentelemetry/resources';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { FlushError } from '../../../exporters/index.ts';
import type { Outcome } from '../../../src/core/index.ts';
import { settle } from '../support/manual-host.ts';
import { pipeline, retry } from '../support/scripted-backend.ts';

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

  test('what waited for a resource and was given up is not sent afterwards', async () => {
    const { processor, backend, advance, stats } = pipeline([], { shutdownTimeout: 500 });
    let findOut: (name: string) => void = () => {};
    const name = new Promise<string>((resolve) => {
      findOut = resolve;
    });
    const resource = resourceFromAttributes({ 'host.name': name });
    new TracerProvider({ resource, spanProcessors: [processor] }).getTracer('t').startSpan('s').end();
    const shutdown = processor.shutdown();
    await advance(500);
    await shutdown;
    findOut('host');
    await settle();
    expect(backend.requests).toEqual([]);
    expect(stats()).toMatchObject({ accepted: 1, dropped: { shutdown: 1 }, inMemory: 0 });
  });

  test('tries once more where credentials were refused, and no more than once', async () => {
    const refused: Outcome = { kind: 'paused', reason: '401' };
    const { end, processor, backend, advance, stats } = pipeline([refused, { kind: 'delivered' }]);
    end(4);
    await advance(1_000);
    await processor.shutdown();
    expect([backend.requests.length, stats().delivered]).toEqual([2, 4]);
    const still = pipeline([refused, refused], { shutdownTimeout: 500 });
    still.end(4);
    await still.advance(1_000);
    const shutdown = still.processor.shutdown();
    await still.advance(500);
    await shutdown;
    expect(still.backend.requests).toHaveLength(2);
    expect(still.stats()).toMatchObject({ dropped: { shutdown: 4 } });
  });
});
