/** The order of things at the end, on a process that only the test can end. */
import { EventEmitter } from 'node:events';
import { superviseEnd } from '../../src/box/lifecycle.ts';

function setUp({ timeout = 2_000, flushes = true } = {}) {
  const calls: string[] = [];
  let now = 0;
  let isDirty = false;
  let finish: () => void = () => {};
  const fake = Object.assign(new EventEmitter(), {
    pid: 1,
    kill: (_pid: number, signal: string) => void calls.push(`kill ${signal}`),
    exit: () => void calls.push('exit'),
  });
  const box = {
    isDirty: () => isDirty,
    atEnd: () => void calls.push('atEnd'),
    forceFlush: () => {
      calls.push('flush');
      isDirty = false;
      return flushes ? Promise.resolve() : new Promise<void>((resolve) => (finish = resolve));
    },
    readMetrics: () => void calls.push('readMetrics'),
    deliverAtExit: (limit: number) => void calls.push(`deliver ${limit}`),
  };
  const options = { timeout, monotonic: () => now, process: fake as unknown as NodeJS.Process };
  const stop = superviseEnd(box, options);
  return {
    calls,
    fake,
    stop,
    pass: (ms: number) => {
      now += ms;
    },
    soil: () => {
      isDirty = true;
    },
    finish: () => finish(),
  };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

test('process.exit(): what is held, the metrics, then all of it, in the time there is', () => {
  const { calls, fake } = setUp();
  fake.emit('exit', 0);
  expect(calls).toEqual(['atEnd', 'readMetrics', 'deliver 2000']);
});

test('after a natural end that flushed, nothing is collected twice', async () => {
  const { calls, fake } = setUp();
  fake.emit('beforeExit', 0);
  await settle();
  fake.emit('beforeExit', 0);
  await settle();
  fake.emit('exit', 0);
  expect(calls).toEqual(['flush', 'atEnd', 'deliver 2000']);
});

test('what came in after the flush is collected', async () => {
  const { calls, fake, soil } = setUp();
  fake.emit('beforeExit', 0);
  await settle();
  soil();
  fake.emit('exit', 0);
  expect(calls).toEqual(['flush', 'atEnd', 'readMetrics', 'deliver 2000']);
});

test('a signal: flush, then what ended meanwhile in the time that is left, then the signal', async () => {
  const { calls, fake, pass, finish } = setUp({ flushes: false });
  fake.emit('SIGTERM', 'SIGTERM');
  pass(1_500);
  finish();
  await settle();
  expect(calls).toEqual(['atEnd', 'flush', 'deliver 500', 'kill SIGTERM']);
});

test.each(['SIGTERM', 'SIGINT'])('a second signal, %s, ends it at once', async (second) => {
  const { calls, fake, pass } = setUp({ flushes: false });
  fake.emit('SIGTERM', 'SIGTERM');
  pass(101);
  fake.emit(second, second);
  expect(calls).toEqual(['atEnd', 'flush', 'deliver 0', `kill ${second}`]);
  expect(fake.listenerCount('SIGTERM')).toBe(0);
});

test('the same wish twice is one', () => {
  const { calls, fake, pass } = setUp({ flushes: false });
  fake.emit('SIGINT', 'SIGINT');
  pass(5);
  fake.emit('SIGINT', 'SIGINT');
  expect(calls).toEqual(['atEnd', 'flush']);
});

test('a signal that the application handles is left to it', async () => {
  const { calls, fake } = setUp();
  fake.on('SIGTERM', () => {});
  fake.emit('SIGTERM', 'SIGTERM');
  await settle();
  expect(calls).toEqual(['flush']);
});

test('removed, it leaves no listener', () => {
  const { fake, stop } = setUp();
  stop();
  expect(fake.eventNames()).toEqual([]);
});
