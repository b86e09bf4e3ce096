import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DatadogAgent } from '../support/datadog-agent.ts';
import { startOtlpReceiver } from '../support/receivers/index.ts';
import { type App, ROOT, runApp } from '../support/run-app.ts';
import { killRounds } from '../support/spool/kill-rounds.ts';
import { filesBelow } from '../support/spool/spool-files.ts';

const APPS = join(import.meta.dirname, 'apps');
const NOBODY = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' };
const SPANS_ONLY = {
  OTEL_METRICS_EXPORTER: 'none',
  OTEL_LOGS_EXPORTER: 'none',
  OTEL_NODE_ENABLED_INSTRUMENTATIONS: 'http',
  OTEL_NODE_RESOURCE_DETECTORS: 'none',
};

let directory: string;
let spool: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'spool-e2e-'));
  spool = join(directory, 'spool');
});

afterEach(() => rmSync(directory, { recursive: true, force: true }));

function run(args: string[], env: Record<string, string>, app = 'manual-spans.mjs'): App {
  return runApp({ app, args, env: { ...SPANS_ONLY, SIGNALBOX_SPOOL_DIR: spool, ...env } });
}

/** A process that only sends what others have left; ended by SIGTERM. */
function drain(env: Record<string, string>): App {
  return run([], env, join(ROOT, 'test', 'support', 'spool', 'apps', 'draining.mjs'));
}

/** Ends it when the answers to its requests are noted: before, it would send once more what was under way. */
async function end(app: App): Promise<void> {
  for (let wait = 0; wait < 500 && filesBelow(spool).length > 0; wait++) await sleep(20);
  app.kill('SIGTERM');
  await app.exit;
}

test('killed with SIGKILL ten times at random moments, no ended span is lost', async () => {
  const { lost, duplicates, mostDuplicates, left, ended } = await killRounds(10, Math.random);
  expect(ended.length).toBeGreaterThan(100);
  expect({ lost, left }).toEqual({ lost: [], left: [] });
  expect(duplicates).toBeLessThanOrEqual(mostDuplicates);
}, 120_000);

const ENDS: [end: string, code: number | null][] = [
  ['natural', 0],
  ['exit', 3],
  ['throw', 1],
  ['reject', 1],
];

describe('with nobody there', () => {
  test.each(ENDS)(
    '%s: ten spans are on disk, the exit code is %s, and the next process sends them',
    async (how, code) => {
      const exit = await run(['--spans=10', `--end=${how}`, '--code=3'], NOBODY).exit;
      expect(exit.code).toBe(how === 'natural' ? 0 : code);
      expect(exit.stderr).toMatch(/kept on disk for the next process: 10 spans to otlp/);
      expect(exit.stderr).not.toMatch(/lost in this process/);
      await using receiver = await startOtlpReceiver('http/protobuf');
      await using next = drain(receiver.env);
      const spans = await receiver.waitForSpans(10);
      expect(new Set(spans.map(({ name }) => name)).size).toBe(10);
      await end(next);
      expect(readdirSync(spool)).toEqual([]);
    },
  );

  test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('%s: ten spans are on disk', async (signal) => {
    await using app = run(['--spans=10', '--end=wait'], NOBODY);
    await app.waitForLine(/ready/);
    app.kill(signal);
    const exit = await app.exit;
    expect([exit.signal, exit.stderr]).toEqual([signal, expect.stringContaining('10 spans to otlp')]);
    expect(filesBelow(spool)).toHaveLength(1);
  });

  test('a second signal while the first is waited for: they are on disk too', async () => {
    await using silent = await startOtlpReceiver('http/protobuf');
    silent.respondWith({ delay: 60_000 });
    await using app = run(['--spans=10', '--end=wait'], silent.env);
    await app.waitForLine(/ready/);
    app.kill('SIGINT');
    await silent.waitForRequests(1);
    app.kill('SIGINT');
    expect((await app.exit).stderr).toContain('10 spans to otlp');
    expect(filesBelow(spool)).toHaveLength(1);
  });
});

test('with a backend that works, process.exit() delivers, and nothing is left', async () => {
  await using receiver = await startOtlpReceiver('http/protobuf');
  const exit = await run(['--spans=10', '--end=exit'], receiver.env).exit;
  expect([exit.code, receiver.spans.length]).toEqual([0, 10]);
  expect(exit.stderr).not.toMatch(/on disk/);
  expect(existsSync(spool) ? readdirSync(spool) : []).toEqual([]);
});

test('without the variable nothing is written', async () => {
  await runApp({
    app: 'manual-spans.mjs',
    args: ['--end=exit'],
    cwd: ROOT,
    env: { ...SPANS_ONLY, ...NOBODY },
  }).exit;
  expect(existsSync(spool)).toBe(false);
});

test('what was for an OTLP backend goes to a Datadog Agent if that is all there is now, and back', async () => {
  await run(['--spans=5', '--end=exit'], NOBODY).exit;
  const agent = await DatadogAgent.start();
  try {
    await using toAgent = drain({ SIGNALBOX_BACKEND: 'datadog', DD_TRACE_AGENT_URL: agent.url });
    await agent.until(({ spans }) => spans.length >= 5);
    expect(agent.spans.map(({ resource }) => resource).sort()).toEqual(
      [0, 1, 2, 3, 4].map((index) => `span ${index}`),
    );
    await end(toAgent);
  } finally {
    await agent.stop();
  }
  expect(readdirSync(spool)).toEqual([]);
  await run(['--spans=5', '--end=exit'], {
    SIGNALBOX_BACKEND: 'datadog',
    DD_TRACE_AGENT_URL: 'http://127.0.0.1:9',
  }).exit;
  expect(filesBelow(spool)).toEqual([expect.stringContaining('traces.datadog.seg')]);
  await using receiver = await startOtlpReceiver('http/protobuf');
  await using toOtlp = drain(receiver.env);
  expect((await receiver.waitForSpans(5)).map(({ name }) => name).sort()[0]).toBe('span 0');
  await end(toOtlp);
});

test('refused credentials: what cannot be sent waits on disk', async () => {
  await using receiver = await startOtlpReceiver('http/protobuf');
  receiver.respondWith({ status: 401 });
  const exit = await run(['--spans=10'], receiver.env).exit;
  expect(exit.stderr).toContain('kept on disk for the next process: 10 spans to otlp');
  receiver.recover();
  await using next = drain(receiver.env);
  await receiver.waitForSpans(10);
  await end(next);
});

test('a disk that refuses to sync (EIO): one line, the application is left alone, and all is delivered', async () => {
  const { status, error } = spawnSync('strace', ['-o', '/dev/null', 'true']);
  if (status !== 0) {
    process.stderr.write(`SKIPPED: strace cannot be used here (${error?.message ?? `status ${status}`})\n`);
    return;
  }
  await using receiver = await startOtlpReceiver('http/protobuf');
  // So that the process lives until the disk is asked to sync.
  receiver.respondWith({ delay: 500, times: 1 });
  const { code, stderr } = await runApp({
    app: 'manual-spans.mjs',
    args: ['--spans=10'],
    node: 'strace',
    nodeArgs: [
      '-f',
      '-o',
      '/dev/null',
      '-e',
      'trace=fdatasync',
      '-e',
      'inject=fdatasync:error=EIO',
      process.execPath,
    ],
    env: {
      ...SPANS_ONLY,
      ...receiver.env,
      SIGNALBOX_SPOOL_DIR: spool,
      SIGNALBOX_SPOOL_MODE: 'write-ahead',
      SIGNALBOX_SPOOL_FSYNC: 'true',
    },
    timeout: 60_000,
  }).exit;
  expect([code, receiver.spans.length]).toEqual([0, 10]);
  expect(stderr.match(/cannot be written to/g)).toHaveLength(1);
}, 60_000);

describe('secrets', () => {
  const CANARY = 'canary-4f1c9d2e77';

  test('neither headers nor what redaction takes out is on disk', async () => {
    await run(
      ['--end=exit'],
      {
        ...NOBODY,
        SIGNALBOX_SPOOL_MODE: 'write-ahead',
        OTEL_EXPORTER_OTLP_HEADERS: `authorization=Bearer ${CANARY}`,
        CANARY,
      },
      join(APPS, 'canary-spans.mjs'),
    ).exit;
    const [path = ''] = filesBelow(spool);
    const bytes = readFileSync(path);
    expect(bytes.includes('GET /login')).toBe(true);
    expect(bytes.includes(CANARY)).toBe(false);
    expect(bytes.toString('latin1').toLowerCase()).not.toContain('bearer');
  });
});

describe('many writers', () => {
  test('eight processes share a directory; one takes over what all of them have left', async () => {
    const apps = Array.from({ length: 8 }, () => run(['--spans=10', '--end=exit'], NOBODY));
    for (const app of apps) expect((await app.exit).code).toBe(0);
    await using receiver = await startOtlpReceiver('http/protobuf');
    await using next = drain(receiver.env);
    await receiver.waitForSpans(80);
    await end(next);
    expect(new Set(receiver.spans.map(({ spanId }) => spanId)).size).toBe(80);
    expect(receiver.spans).toHaveLength(80);
    expect(readdirSync(spool)).toEqual([]);
  }, 60_000);

  test('several take over at the same time, and nothing comes twice', async () => {
    for (let index = 0; index < 3; index++) await run(['--spans=10', '--end=exit'], NOBODY).exit;
    await using receiver = await startOtlpReceiver('http/protobuf');
    const drains = [1, 2, 3].map(() => drain(receiver.env));
    await receiver.waitForSpans(30);
    for (const app of drains) await end(app);
    expect(receiver.spans).toHaveLength(30);
  }, 60_000);

  test.each(['cluster', 'workers'])(
    '%s: each writer for itself',
    async (kind) => {
      const app = join(APPS, 'spooling-writers.mjs');
      const exit = await run([kind], { ...NOBODY, SIGNALBOX_WORKER_THREADS: 'true' }, app).exit;
      expect(exit.stdout).toMatch(/done/);
      await using receiver = await startOtlpReceiver('http/protobuf');
      await using next = drain(receiver.env);
      await receiver.waitForSpans(40);
      await end(next);
      expect(new Set(receiver.spans.map(({ name }) => name)).size).toBe(40);
      expect(receiver.spans).toHaveLength(40);
    },
    60_000,
  );
});
