import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type OtlpReceiver, startOtlpReceiver } from '../support/receivers/index.ts';
import { type App, runApp } from '../support/run-app.ts';

const APPS = join(import.meta.dirname, 'apps');
const NO_METRICS_OR_LOGS = { OTEL_METRICS_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none' };
/** What a busy machine may add to an exit; far below the ten seconds of a request that is not given up. */
const SLACK = 2_500;
/** Where it is about what arrives, not when: a busy machine gets there. */
const PATIENT = { SIGNALBOX_SHUTDOWN_TIMEOUT: '10000' };

let receiver: OtlpReceiver;

beforeAll(async () => {
  receiver = await startOtlpReceiver('http/protobuf');
});

afterAll(() => receiver.close());

beforeEach(() => receiver.clear());

function run(
  app: string,
  args: string[] = [],
  env: Record<string, string> = {},
  nodeArgs: string[] = [],
): App {
  return runApp({
    app,
    args,
    nodeArgs,
    env: { ...receiver.env, ...NO_METRICS_OR_LOGS, OTEL_SERVICE_NAME: 'end', ...PATIENT, ...env },
  });
}

async function signalled(app: App, signal: NodeJS.Signals) {
  await app.waitForLine(/ready/);
  app.kill(signal);
  return app.exit;
}

describe('with the backend up, what has ended is delivered', () => {
  test('at the natural end, and the exit code stays', async () => {
    const exit = await run(join(APPS, 'exit-code.cjs')).exit;
    expect(exit).toMatchObject({ code: 3, signal: null });
    expect(receiver.spans.map(({ name }) => name)).toEqual(['last words']);
  });

  test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('at %s, and the process ends by it', async (signal) => {
    const exit = await signalled(run('manual-spans.cjs', ['--end=wait']), signal);
    expect(exit).toMatchObject({ code: null, signal });
    expect(receiver.spans).toHaveLength(3);
  });

  test('at SIGTERM with a handler of the application that lets it end', async () => {
    const exit = await signalled(
      run('manual-spans.cjs', ['--end=wait', '--on-signal=drain', '--code=7']),
      'SIGTERM',
    );
    expect(exit).toMatchObject({ code: 7, signal: null });
    expect(receiver.spans).toHaveLength(3);
  });

  test('at SIGTERM when only signal-exit listens beside us, and its callbacks run', async () => {
    const exit = await signalled(run(join(APPS, 'signal-exit.cjs')), 'SIGTERM');
    expect(exit).toMatchObject({ code: null, signal: 'SIGTERM' });
    expect(exit.stdout).toContain('cleaned up');
    expect(receiver.spans).toHaveLength(1);
  });
});

const ENDS: readonly [end: string, args: string[], signal: NodeJS.Signals | null, code: number | null][] = [
  ['the natural end', ['--end=natural'], null, 0],
  ['process.exit()', ['--end=exit', '--code=4'], null, 4],
  ['an uncaught exception', ['--end=throw'], null, 1],
  ['an unhandled rejection', ['--end=reject'], null, 1],
  ['SIGTERM', ['--end=wait'], 'SIGTERM', null],
  ['SIGINT', ['--end=wait'], 'SIGINT', null],
  ['SIGHUP', ['--end=wait'], 'SIGHUP', null],
  ['process.exit() in a handler of SIGTERM', ['--end=wait', '--on-signal=exit', '--code=9'], 'SIGTERM', 9],
];

describe.each(['http/protobuf', 'http/json', 'grpc'] as const)('over %s', (protocol) => {
  test.each(ENDS)(
    '%s delivers 10 of 10 spans and ends as it would without us',
    async (_end, args, signal, code) => {
      await using backend = await startOtlpReceiver(protocol);
      const app = run('manual-spans.cjs', ['--spans=10', ...args], backend.env);
      if (signal) {
        await app.waitForLine(/ready/);
        app.kill(signal);
      }
      const exit = await app.exit;
      expect([exit.code, exit.signal]).toEqual([code, code === null ? signal : null]);
      const names = backend.spans.map(({ name }) => name).sort();
      expect(names).toEqual(Array.from({ length: 10 }, (_, index) => `span ${index}`));
      const own = exit.stderr.split('\n').filter((line) => line.startsWith('signalbox:'));
      expect(own).toEqual([expect.stringContaining('started')]);
    },
  );
});

test.each(['http/protobuf', 'grpc'] as const)(
  'over %s, an application that comes back from its natural end',
  async (protocol) => {
    await using backend = await startOtlpReceiver(protocol);
    const exit = await run(join(APPS, 'before-exit.cjs'), [], backend.env).exit;
    expect(exit).toMatchObject({ code: 5, signal: null });
    const names = backend.spans.map(({ name }) => name);
    expect(names).toEqual(['at first', 'return 1', 'return 2', 'return 3']);
  },
);

describe('an event loop that is blocked', () => {
  test('SIGTERM is handled when it is free again, and everything arrives', async () => {
    const exit = await signalled(run(join(APPS, 'blocked.cjs')), 'SIGTERM');
    expect(exit).toMatchObject({ code: null, signal: 'SIGTERM' });
    expect(receiver.spans).toHaveLength(10);
  });

  test('process.exit() right behind it delivers everything', async () => {
    const exit = await run(join(APPS, 'blocked.cjs'), ['exit']).exit;
    expect(exit).toMatchObject({ code: 4, signal: null });
    expect(receiver.spans).toHaveLength(10);
  });
});

describe('the application keeps control', () => {
  test('its own handler decides about the end and the exit code', async () => {
    const exit = await signalled(
      run('manual-spans.cjs', ['--end=wait', '--on-signal=exit', '--code=9']),
      'SIGTERM',
    );
    expect(exit).toMatchObject({ code: 9, signal: null });
    expect(exit.stdout).toContain('handling SIGTERM');
  });

  test.each([
    ['process.exit()', ['--end=exit', '--code=4'], 4],
    ['a thrown error', ['--end=throw'], 1],
    ['an unhandled rejection', ['--end=reject'], 1],
  ])('%s ends it at once, with its own exit code', async (_end, args, code) => {
    expect(await run('manual-spans.cjs', args).exit).toMatchObject({ code, signal: null });
  });
});

describe('with the backend down, the end waits no longer than SIGNALBOX_SHUTDOWN_TIMEOUT', () => {
  let silent: Server;

  beforeAll(async () => {
    // Takes the connection and the request, and never answers.
    silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  });

  afterAll(() => {
    silent.closeAllConnections();
    silent.close();
  });

  const refused = () => ({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' });
  const hanging = () => ({
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(silent.address() as AddressInfo).port}`,
  });
  const protocols = ['http/protobuf', 'grpc'];

  test.each(protocols)('at the natural end over %s, nobody listening', async (protocol) => {
    const env = { ...refused(), OTEL_EXPORTER_OTLP_PROTOCOL: protocol, SIGNALBOX_SHUTDOWN_TIMEOUT: '500' };
    const exit = await run('manual-spans.cjs', [], env).exit;
    expect(exit).toMatchObject({ code: 0, signal: null });
    expect(exit.afterOutput).toBeLessThan(500 + SLACK);
  });

  test.each(protocols)(
    'at the natural end over %s, the backend hanging; the exit code stays',
    async (protocol) => {
      const env = { ...hanging(), OTEL_EXPORTER_OTLP_PROTOCOL: protocol, SIGNALBOX_SHUTDOWN_TIMEOUT: '500' };
      const exit = await run(join(APPS, 'exit-code.cjs'), [], env).exit;
      expect(exit).toMatchObject({ code: 3, signal: null });
      expect(exit.afterOutput).toBeLessThan(500 + SLACK);
    },
  );

  test.each([
    ['nobody listening', refused, 0, 'lost in this process: 10 of 10 spans to otlp (exit 10)'],
    [
      'the backend hanging',
      hanging,
      1_000,
      'sent, but not confirmed before the process ended: 10 of 10 spans to otlp',
    ],
  ])('at process.exit(), %s; what is known is one line', async (_what, env, blocked, line) => {
    const exit = await run('manual-spans.cjs', ['--spans=10', '--end=exit', '--code=4'], {
      ...env(),
      SIGNALBOX_SHUTDOWN_TIMEOUT: '1000',
    }).exit;
    expect(exit).toMatchObject({ code: 4, signal: null });
    expect(exit.duration).toBeGreaterThan(blocked);
    expect(exit.duration).toBeLessThan(1_000 + 2 * SLACK);
    const lines = exit.stderr.split('\n').filter((line) => line.startsWith('signalbox: WARN'));
    expect(lines).toEqual([`signalbox: WARN ${line}`]);
  });

  test('at process.exit() where no worker is permitted', async () => {
    const app = run('manual-spans.cjs', ['--end=exit', '--code=4'], {}, [
      '--permission',
      '--allow-fs-read=*',
      '--disable-warning=SecurityWarning',
    ]);
    const exit = await app.exit;
    expect(exit).toMatchObject({ code: 4, signal: null });
    expect(exit.stderr).toContain('lost in this process: 3 of 3 spans to otlp (exit 3)');
  });

  test.each(['http/protobuf', 'grpc'] as const)(
    'at the natural end over %s with a request under way that is not answered',
    async (protocol) => {
      await using slow = await startOtlpReceiver(protocol);
      slow.respondWith({ delay: 8_000 });
      const app = run(join(APPS, 'late-end.cjs'), [], {
        ...slow.env,
        OTEL_BSP_SCHEDULE_DELAY: '1',
        SIGNALBOX_SHUTDOWN_TIMEOUT: '500',
      });
      const exit = await app.exit;
      expect(slow.requests).toHaveLength(1);
      expect(exit).toMatchObject({ code: 0, signal: null });
      expect(exit.afterOutput).toBeLessThan(500 + SLACK);
    },
  );

  test('at SIGTERM, the backend hanging', async () => {
    const env = { ...hanging(), SIGNALBOX_SHUTDOWN_TIMEOUT: '500' };
    const exit = await signalled(run('manual-spans.cjs', ['--end=wait'], env), 'SIGTERM');
    expect(exit).toMatchObject({ code: null, signal: 'SIGTERM' });
    expect(exit.afterSignal).toBeLessThan(500 + SLACK);
    expect(exit.stderr).toContain('sent, but not confirmed before the process ended: 3 of 3 spans to otlp');
  });

  test('and the same signal twice at once, as from a terminal and npm, is one', async () => {
    await using backend = await startOtlpReceiver('http/protobuf');
    backend.respondWith({ delay: 300 });
    const app = run('manual-spans.cjs', ['--end=wait'], backend.env);
    await app.waitForLine(/ready/);
    app.kill('SIGINT');
    app.kill('SIGINT');
    expect(await app.exit).toMatchObject({ code: null, signal: 'SIGINT' });
    expect(backend.spans).toHaveLength(3);
  });

  test('and a second signal, of another kind, ends it at once', async () => {
    const app = run('manual-spans.cjs', ['--end=wait'], {
      ...hanging(),
      SIGNALBOX_SHUTDOWN_TIMEOUT: '60000',
    });
    await app.waitForLine(/ready/);
    app.kill('SIGTERM');
    const again = setInterval(() => app.kill('SIGINT'), 50);
    const exit = await app.exit.finally(() => clearInterval(again));
    expect(exit).toMatchObject({ code: null, signal: 'SIGINT' });
  });

  test('and a second signal ends it at once', async () => {
    const app = run('manual-spans.cjs', ['--end=wait'], {
      ...hanging(),
      SIGNALBOX_SHUTDOWN_TIMEOUT: '60000',
    });
    await app.waitForLine(/ready/);
    app.kill('SIGINT');
    const again = setInterval(() => app.kill('SIGINT'), 50);
    const exit = await app.exit.finally(() => clearInterval(again));
    expect(exit).toMatchObject({ code: null, signal: 'SIGINT' });
  });
});
