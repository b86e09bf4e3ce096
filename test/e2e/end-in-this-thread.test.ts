/** Every end with exporters that take what is left in the thread that exits: the console, and plug-ins. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { environment, type Exit, REGISTER, runApp } from '../support/run-app.ts';

const APPS = join(import.meta.dirname, 'apps');
const TRACES_ONLY = { OTEL_METRICS_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none' };
const TEN = Array.from({ length: 10 }, (_, index) => `span ${index}`);

/** What a busy machine may add to an exit. */
const SLACK = 4_000;

const ENDS: readonly [end: string, args: string[], signal: NodeJS.Signals | null, code: number | null][] = [
  ['the natural end', ['--end=natural'], null, 0],
  ['process.exit()', ['--end=exit', '--code=4'], null, 4],
  ['an uncaught exception', ['--end=throw'], null, 1],
  ['an unhandled rejection', ['--end=reject'], null, 1],
  ['SIGTERM', ['--end=wait'], 'SIGTERM', null],
  ['SIGINT', ['--end=wait'], 'SIGINT', null],
  ['process.exit() in a handler of SIGTERM', ['--end=wait', '--on-signal=exit', '--code=9'], 'SIGTERM', 9],
];

async function end(env: Record<string, string>, args: string[], signal: NodeJS.Signals | null = null) {
  const app = runApp({ app: 'manual-spans.cjs', args: ['--spans=10', ...args], env });
  if (signal) {
    await app.waitForLine(/ready/);
    app.kill(signal);
  }
  return app.exit;
}

/** The names of spans in lines of the console exporter. */
const printed = ({ stderr }: Pick<Exit, 'stderr'>): string[] =>
  stderr.split('\n').flatMap((line) => /^[\d:.]+ span \S+ (span \d+) /.exec(line)?.[1] ?? []);
const own = ({ stderr }: Exit): string[] => stderr.split('\n').filter((line) => /^signalbox:/.test(line));
const complaints = (exit: Exit): string[] => own(exit).filter((line) => !/ started: /.test(line));

/** For a machine that is busy. */
const PATIENT = { SIGNALBOX_SHUTDOWN_TIMEOUT: '20000' };

describe('console', () => {
  const CONSOLE = { ...TRACES_ONLY, OTEL_TRACES_EXPORTER: 'console' };

  test.each(ENDS)('%s: ten of ten spans are on stderr, each once', async (_end, args, signal, code) => {
    const exit = await end(CONSOLE, args, signal);
    expect([exit.code, exit.signal]).toEqual([code, code === null ? signal : null]);
    expect(printed(exit)).toEqual(TEN);
    expect(complaints(exit)).toEqual([]);
  });

  test('metrics too', async () => {
    const env = { SIGNALBOX_BACKEND: 'console' };
    const app = runApp({ app: join(APPS, 'metrics-at-exit.cjs'), args: ['exit'], env });
    const exit = await app.exit;
    expect(exit.code).toBe(4);
    expect(exit.stderr).toMatch(/ metric .*jobs/);
    expect(complaints(exit)).toEqual([]);
  });

  test('as a fallback for a destination that is not there', async () => {
    const env = { ...TRACES_ONLY, OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' };
    const exit = await end({ ...env, SIGNALBOX_FALLBACK: 'console' }, ['--end=exit', '--code=4']);
    expect(exit.code).toBe(4);
    expect(printed(exit)).toEqual(TEN);
    expect(complaints(exit)).toEqual([]);
  });

  /** Reads stderr only when it is told to, so that the pipe is full until then. */
  function withFullPipe(args: string[], env: Record<string, string>) {
    const child = spawn(process.execPath, ['--require', REGISTER, join(APPS, 'full-pipe.cjs'), ...args], {
      env: environment({ ...CONSOLE, ...env }),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const stdout = buffer(child.stdout).then(String);
    const read = () => buffer(child.stderr).then((stderr) => printed({ stderr: String(stderr) }));
    const exit = once(child, 'exit') as Promise<[code: number]>;
    /** More has come than is ever in the buffer of a stream, and nobody reads. */
    const isWriting = async () => {
      while (child.stderr.readableLength < 16_384) await sleep(5);
    };
    return { stdout, read, exit, isWriting };
  }
  /** Three times what all buffers in between hold. */
  const MANY = Array.from({ length: 20_000 }, (_, index) => `span ${index}`);

  test('a reader that is slow gets all of it', async () => {
    const { stdout, read, exit, isWriting } = withFullPipe(['20000'], PATIENT);
    await isWriting();
    await sleep(200);
    expect(await read()).toEqual(MANY);
    expect(await exit).toEqual([4, null]);
    expect(JSON.parse(await stdout)).toEqual({ accepted: 20_000, delivered: 20_000, dropped: {} });
  });

  test('a reader that never comes holds nothing up, and what it may have is not called lost', async () => {
    const { stdout, exit, isWriting } = withFullPipe(['20000'], {});
    await isWriting();
    const full = performance.now();
    expect(await exit).toEqual([4, null]);
    expect(performance.now() - full).toBeLessThan(1_000 + SLACK);
    const { accepted, delivered, dropped } = JSON.parse(await stdout);
    expect(accepted).toBe(20_000);
    expect(delivered + dropped.unconfirmed + (dropped.exit ?? 0)).toBe(20_000);
    expect(dropped.unconfirmed).toBeGreaterThan(0);
  });

  test('what a flush under way has written is not written again', async () => {
    const { stdout, read, exit } = withFullPipe(['10', 'flush'], {});
    expect(await read()).toEqual(TEN);
    expect(await exit).toEqual([4, null]);
    expect(JSON.parse(await stdout)).toEqual({ accepted: 10, delivered: 10, dropped: {} });
  });
});

describe('a plug-in', () => {
  const run = (how: string, args: string[], signal: NodeJS.Signals | null = null) =>
    end(
      {
        ...TRACES_ONLY,
        SIGNALBOX_PLUGINS: join(APPS, 'plugins', 'at-exit.cjs'),
        OTEL_TRACES_EXPORTER: 'acme',
        AT_EXIT: how,
      },
      args,
      signal,
    );
  const taken = ({ stdout }: Exit): string[] =>
    stdout.split('\n').flatMap((line) => /^took (.*)$/.exec(line)?.[1] ?? []);
  const EXIT = ['--end=exit', '--code=4'];

  test.each(ENDS.filter(([what]) => !/natural|^SIG/.test(what)))(
    '%s: exportAtExit() is given what is left, and the time',
    async (_end, args, signal, code) => {
      const exit = await run('takes', args, signal);
      expect(exit.code).toBe(code);
      // Where a handler of the application ends the process, the flush has begun before.
      expect(taken(exit)).toEqual(TEN);
      expect(exit.stdout).toContain('within true');
      expect(complaints(exit)).toEqual([]);
    },
  );

  test.each([
    ['throws', /acme \(acme\): export of traces fails: there is no room/, 'sent, but not confirmed'],
    ['is async', /export of traces fails: exportAtExit\(\) must not be async/, 'sent, but not confirmed'],
    ['is not there', undefined, 'lost in this process'],
  ])('one that %s: the process ends as it would, and it is said', async (how, line, last) => {
    const exit = await run(how, EXIT);
    expect(exit.code).toBe(4);
    const said = [...(line ? [expect.stringMatching(line)] : []), expect.stringContaining(last)];
    expect(complaints(exit)).toEqual(said);
    expect(exit.stderr).toContain('10 of 10 spans to acme');
  });
});
