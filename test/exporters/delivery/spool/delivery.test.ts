import { TraceFlags } from '@opentelemetry/api';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { type FileSystem, systemFiles } from '../../../../exporters/delivery/spool/file-system.ts';
import {
  type DeliveryOptions,
  type Fallback,
  otlpSpoolCodec,
  Spool,
  type SpoolOptions,
} from '../../../../exporters/index.ts';
import type { Outcome } from '../../../../src/core/index.ts';
import { span } from '../../../support/spans.ts';
import { manualHost, settle } from '../../support/manual-host.ts';
import { type Answer, expectBalanced, pipeline, retry, standIn } from '../../support/scripted-backend.ts';
import { filesBelow, killOwners, temporary } from './support/disk.ts';

const MIB = 1024 * 1024;
const failures = (count: number): Answer[] => Array.from({ length: count }, () => retry());

/** A delivery with a spool in a directory. */
function spooled(
  answers: Answer[] = [],
  more: {
    directory?: string;
    spool?: Partial<SpoolOptions>;
    options?: Partial<DeliveryOptions>;
    queueSize?: number;
    files?: FileSystem;
    fallback?: (time: ReturnType<typeof manualHost>) => Fallback<'traces'>;
  } = {},
) {
  const directory = more.directory ?? temporary();
  const time = manualHost();
  const limits = { fsync: false, maxBytes: 64 * MIB, maxAge: 86_400_000 };
  const options: SpoolOptions = { directory, mode: 'on-failure', ...limits, ...more.spool };
  const spool = new Spool(options, time.host, otlpSpoolCodec(), more.files);
  const batch = more.queueSize === undefined ? {} : { queueSize: more.queueSize };
  const breaker = { breakerThreshold: 2, breakerReset: 10_000, concurrency: 2 };
  const fallback = more.fallback?.(time);
  const shared = { time, spool, ...(fallback ? { fallback } : {}) };
  const whole = pipeline(answers, { ...breaker, ...more.options }, batch, shared);
  spool.open();
  return { ...whole, spool, directory, delivery: whole.processor.delivery };
}

describe('on failure', () => {
  test('what waits for a destination that is down goes to disk, and comes back when it works again', async () => {
    const { end, backend, advance, stats, directory, delivery } = spooled(failures(4));
    end(8);
    await settle();
    expect(stats()).toMatchObject({ breaker: 'open', spooled: 8, inMemory: 0 });
    end(8);
    await settle();
    expect([stats().spooled, filesBelow(directory).length]).toEqual([16, 1]);
    expectBalanced(stats());
    await advance(120_000);
    expect(stats()).toMatchObject({ breaker: 'closed', delivered: 16, spooled: 0, inMemory: 0 });
    expect(new Set(backend.received).size).toBe(16);
    expect(backend.received).toHaveLength(16);
    expect(filesBelow(directory)).toEqual([]);
    expectBalanced(stats());
    await delivery.shutdown();
  });

  test('refused credentials pause, and what waits is on disk', async () => {
    const { end, backend, advance, stats } = spooled([{ kind: 'paused', reason: '401' }]);
    end(4);
    await settle();
    end(8);
    await settle();
    expect(stats()).toMatchObject({ spooled: 12, inMemory: 0 });
    expect(backend.requests).toHaveLength(1);
    await advance(40_000);
    expect(stats()).toMatchObject({ delivered: 12, spooled: 0 });
  });

  test('what is too much for memory goes to disk, and is not dropped', async () => {
    const never = new Promise<Outcome>(() => {});
    const { end, stats } = spooled([never, never], { queueSize: 10 });
    end(100);
    await settle();
    expect(stats()).toMatchObject({ accepted: 100, spooled: 90, inMemory: 10, dropped: {} });
    expectBalanced(stats());
  });

  test('fresh spans go first, and what was spooled one batch at a time', async () => {
    let recovered = false;
    const { end, backend, advance } = spooled(
      Array.from(
        { length: 50 },
        () => () => (recovered ? ({ kind: 'delivered' } as const) : (retry() as Outcome)),
      ),
    );
    end(8);
    await settle();
    end(1_000);
    await settle();
    recovered = true;
    await advance(15_000);
    const before = backend.requests.length;
    end(4, 'fresh');
    await advance(100);
    const sizes = backend.requests.slice(before).map((names) => names.length);
    expect(backend.requests.slice(before).some((names) => names.includes('fresh'))).toBe(true);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(512);
  });

  test('what is refused for good is through with, also from the disk', async () => {
    const refuse: Outcome = { kind: 'rejected', reason: '400' };
    const { end, advance, stats, directory } = spooled([...failures(2), refuse]);
    end(8);
    await advance(60_000);
    expect(stats()).toMatchObject({ rejected: 8, spooled: 0, inMemory: 0 });
    expect(filesBelow(directory)).toEqual([]);
  });

  test('what is too large is halved, also from the disk; nothing is lost if a half fails', async () => {
    const split: Outcome = { kind: 'split', reason: '413' };
    const { end, backend, advance, stats } = spooled([...failures(2), split, { kind: 'delivered' }, retry()]);
    end(8);
    await advance(120_000);
    expect(stats()).toMatchObject({ delivered: 8, spooled: 0, inMemory: 0 });
    expect([...backend.received].sort()).toEqual(Array.from({ length: 8 }, (_, index) => `s${index}`));
    expectBalanced(stats());
  });

  test('a fallback comes first; the disk takes what it does not', async () => {
    const time: { standIn?: ReturnType<typeof standIn> } = {};
    const { end, stats, advance } = spooled(failures(2), {
      fallback: (host) => {
        time.standIn = standIn('other', host, [{ kind: 'delivered' }, ...failures(1)]);
        return { routes: [time.standIn.route], mode: 'switch' };
      },
    });
    end(8);
    await settle();
    expect(stats()).toMatchObject({ fallback: { other: 4 }, delivered: 4, spooled: 4, inMemory: 0 });
    await advance(60_000);
    expect(stats()).toMatchObject({ delivered: 8, spooled: 0 });
    expectBalanced(stats());
  });
});

test('a disk that cannot be read does not hold up what waits in memory', async () => {
  const files: FileSystem = {
    ...systemFiles,
    readSync: () => {
      throw Object.assign(new Error('EIO'), { code: 'EIO' });
    },
  };
  // What fails is tried again when it is due, although the disk has something that cannot be taken.
  const answers: Answer[] = [...failures(2), { kind: 'delivered' }, retry()];
  const { end, advance, stats } = spooled(answers, { files, options: { retryDelay: 5_000 } });
  end(8);
  await settle();
  expect(stats()).toMatchObject({ breaker: 'open', spooled: 8 });
  await advance(20_000);
  end(4);
  await advance(1);
  end(4);
  await advance(120_000);
  expect(stats()).toMatchObject({ spooled: 8, inMemory: 0, delivered: 8 });
});

describe('a flush', () => {
  test('says what is on disk and has not arrived, and waits for it when the destination is back', async () => {
    const { end, processor, stats, advance } = spooled(failures(3));
    end(8);
    await settle();
    const failed = processor.forceFlush().then(
      () => 'done',
      (error: Error) => error.message,
    );
    await advance(100);
    expect(stats().spooled).toBe(8);
    await advance(60_000);
    expect([await failed, stats().spooled]).toEqual(['done', 0]);
  });

  test('rejects with what is on disk if there is no answer in time', async () => {
    const { end, processor, advance } = spooled(failures(100), { options: { breakerReset: 3_600_000 } });
    end(8);
    await settle();
    const failed = expect(processor.forceFlush()).rejects.toThrow('test: 8 spans are not delivered yet');
    await advance(31_000);
    await failed;
  });

  test('at the end of the process does not wait for a destination that fails: the disk has it', async () => {
    const { end, delivery, stats, now } = spooled(failures(100));
    end(8);
    delivery.limitFlushes(2_000);
    await delivery.flush();
    expect(now()).toBe(0);
    expect(stats()).toMatchObject({ spooled: 8, inMemory: 0, dropped: {} });
  });

  test('at the end of the process gives up a destination that does not answer after half of the time', async () => {
    const never = new Promise<Outcome>(() => {});
    const { end, delivery, stats, advance } = spooled([never, never]);
    end(8);
    delivery.limitFlushes(2_000);
    const flushed = delivery.flush();
    await advance(1_000);
    await flushed;
    expect(stats()).toMatchObject({ spooled: 8, inMemory: 0 });
  });
});

describe('the end', () => {
  test('leaves what has not arrived to the next process, which sends it and counts it as recovered', async () => {
    const first = spooled(failures(100));
    first.end(6);
    await first.delivery.shutdown();
    first.spool.close();
    expect(first.stats()).toMatchObject({ accepted: 6, spooled: 6, dropped: {} });
    expectBalanced(first.stats());
    const next = spooled([], { directory: first.directory });
    await next.advance(5_000);
    expect(next.stats()).toMatchObject({ accepted: 6, recovered: 6, delivered: 6, spooled: 0 });
    expect([...next.backend.received].sort()).toEqual(['s0', 's1', 's2', 's3', 's4', 's5']);
    expectBalanced(next.stats());
    expect(filesBelow(first.directory)).toEqual([]);
  });

  test('in the exit event everything goes to disk, also what is under way', () => {
    const never = new Promise<Outcome>(() => {});
    const { end, delivery, stats, spool } = spooled([never, never]);
    end(10);
    const { batches } = delivery.takeForExit();
    expect(batches.map((batch) => batch.keep())).toEqual([true, true, true]);
    spool.close();
    expect(stats()).toMatchObject({ spooled: 10, inMemory: 0, dropped: {} });
  });

  test('what another thread has delivered is taken off the disk', () => {
    const never = new Promise<Outcome>(() => {});
    const { end, delivery, directory } = spooled([never, never]);
    end(10);
    const { batches } = delivery.takeForExit();
    expect(filesBelow(directory)).toHaveLength(1);
    for (const batch of batches) batch.finish();
    expect(filesBelow(directory)).toEqual([]);
  });

  test('what the disk does not take is left for the worker', () => {
    const never = new Promise<Outcome>(() => {});
    const { end, delivery, spool } = spooled([never, never]);
    spool.close();
    end(10);
    expect(delivery.takeForExit().batches.map((batch) => batch.keep())).toEqual([false, false, false]);
    expect(delivery.stats().spooled).toBe(0);
  });
});

describe('write-ahead', () => {
  const AHEAD = { spool: { mode: 'write-ahead' as const } };

  test('every ended span is on disk before anything else happens to it', async () => {
    const never = new Promise<Outcome>(() => {});
    const first = spooled([never, never], AHEAD);
    first.end(10);
    expect(first.stats()).toMatchObject({ inMemory: 10, spooled: 0 });
    killOwners(first.directory);
    const next = spooled([], { ...AHEAD, directory: first.directory });
    await next.advance(5_000);
    expect([...next.backend.received].sort()).toEqual(Array.from({ length: 10 }, (_, index) => `s${index}`));
  });

  test('what has arrived is not sent again', async () => {
    const never = new Promise<Outcome>(() => {});
    const first = spooled([{ kind: 'delivered' }, never, never], AHEAD);
    first.end(9);
    await settle();
    expect(first.stats()).toMatchObject({ delivered: 4, inMemory: 5 });
    killOwners(first.directory);
    const next = spooled([], { ...AHEAD, directory: first.directory });
    await next.advance(5_000);
    expect([...next.backend.received].sort()).toEqual(['s4', 's5', 's6', 's7', 's8']);
    expect(next.stats()).toMatchObject({ recovered: 5, delivered: 5 });
  });

  test('a breaker that opens leaves them on disk without writing them twice', async () => {
    const { end, stats, spool, advance, backend } = spooled(failures(2), AHEAD);
    end(8);
    const { bytes } = spool.stats();
    await settle();
    expect(stats()).toMatchObject({ breaker: 'open', spooled: 8, inMemory: 0 });
    expect(spool.stats().bytes).toBe(bytes);
    await advance(60_000);
    expect([stats().delivered, new Set(backend.received).size]).toEqual([8, 8]);
  });

  test('what there is no room for in memory is on disk', async () => {
    const never = new Promise<Outcome>(() => {});
    const { end, stats, directory } = spooled([never, never], { ...AHEAD, queueSize: 10 });
    end(50);
    expect(stats()).toMatchObject({ inMemory: 10, spooled: 40, dropped: {} });
    killOwners(directory);
    const next = spooled([], { directory });
    await next.advance(5_000);
    expect(new Set(next.backend.received).size).toBe(50);
  });

  test('halves of a batch settle it together', async () => {
    const split: Outcome = { kind: 'split', reason: '413' };
    const never = new Promise<Outcome>(() => {});
    const first = spooled([split, { kind: 'delivered' }, never], AHEAD);
    first.end(4);
    await settle();
    expect(first.stats()).toMatchObject({ delivered: 2, inMemory: 2 });
    killOwners(first.directory);
    const next = spooled([], { ...AHEAD, directory: first.directory });
    await next.advance(5_000);
    // The disk knows batches, not halves: what has arrived comes again, and nothing is missing.
    expect(new Set(next.backend.received)).toEqual(new Set(['s0', 's1', 's2', 's3']));
  });

  test('spans that are only recorded are not written ahead, and do not keep the others from it', async () => {
    const first = spooled([new Promise<Outcome>(() => {})], AHEAD);
    Object.assign(first.processor, { unsampled: true });
    first.processor.onEnd(span({ name: 'kept', spanId: '00000000000000a1' }));
    first.processor.onEnd(
      span({ name: 'not', spanId: '00000000000000a2', context: { traceFlags: TraceFlags.NONE } }),
    );
    killOwners(first.directory);
    const next = spooled([], { ...AHEAD, directory: first.directory });
    await next.advance(5_000);
    expect(next.backend.received).toEqual(['kept']);
  });

  test('a disk that fails costs nothing but the protection', async () => {
    const { end, stats, spool, advance, backend } = spooled([], AHEAD);
    spool.close();
    end(8);
    await advance(2_000);
    expect([stats().delivered, backend.received.length]).toEqual([8, 8]);
  });
});

describe('several destinations', () => {
  test('each gets what is meant for it, also from the next process', async () => {
    const directory = temporary();
    const time = manualHost();
    const limits = { fsync: false, maxBytes: 64 * MIB, maxAge: 86_400_000 };
    const spool = new Spool({ directory, mode: 'on-failure', ...limits }, time.host, otlpSpoolCodec());
    const down = pipeline(failures(100), { breakerThreshold: 1 }, {}, { time, spool });
    const up = pipeline([], {}, {}, { time });
    const tracer = new TracerProvider({ spanProcessors: [down.processor, up.processor] }).getTracer('t');
    for (let index = 0; index < 4; index++) tracer.startSpan(`both ${index}`).end();
    await settle();
    expect([down.stats().spooled, up.stats().delivered]).toEqual([4, 4]);
    await Promise.all([down.processor.shutdown(), up.processor.shutdown()]);
    spool.close();
  });
});

describe('whatever the destination answers', () => {
  const ANSWERS: (() => Outcome)[] = [
    () => ({ kind: 'delivered' }),
    () => retry() as Outcome,
    () => retry(5_000) as Outcome,
    () => ({ kind: 'paused', reason: '401' }),
    () => ({ kind: 'split', reason: '413' }),
    () => ({ kind: 'rejected', reason: '400' }),
    () => ({ kind: 'delivered', rejected: 1 }),
  ];

  test.each(['on-failure', 'write-ahead'] as const)('the books balance: %s', async (mode) => {
    for (let seed = 1; seed <= 15; seed++) {
      let state = seed;
      const random = (below: number): number => {
        state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
        return (state >>> 8) % below;
      };
      const answers = Array.from({ length: 60 }, () => (ANSWERS[random(ANSWERS.length)] as () => Outcome)());
      const run = spooled(answers, { spool: { mode }, queueSize: 20 });
      for (let step = 0; step < 30; step++) {
        run.end(random(12));
        await run.advance(random(3) === 0 ? random(40_000) : random(500));
        expectBalanced(run.stats());
      }
      await run.advance(3_600_000);
      const { accepted, delivered, rejected, spooled: left, inMemory, dropped } = run.stats();
      expect({ seed, left, inMemory, dropped, sum: delivered + rejected }).toEqual({
        seed,
        left: 0,
        inMemory: 0,
        dropped: {},
        sum: accepted,
      });
      expect(filesBelow(run.directory).length).toBeLessThanOrEqual(mode === 'on-failure' ? 0 : 1);
      await run.delivery.shutdown();
    }
  });
});
