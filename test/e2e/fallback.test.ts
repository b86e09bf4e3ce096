/** SIGNALBOX_FALLBACK in real processes: where telemetry goes while its destination is down. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatadogAgent } from '../support/datadog-agent.ts';
import { type OtlpReceiver, readOtlpJson, startOtlpReceiver } from '../support/receivers/index.ts';
import { type App, runApp } from '../support/run-app.ts';

const TRACES_ONLY = { OTEL_METRICS_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none' };
const NOBODY = 'http://127.0.0.1:9';

let eu: OtlpReceiver;
let agent: DatadogAgent;
let silent: Server;

beforeAll(async () => {
  eu = await startOtlpReceiver('http/protobuf');
  agent = await DatadogAgent.start();
  silent = createServer(() => {});
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
});

afterAll(async () => {
  silent.closeAllConnections();
  silent.close();
  await Promise.all([eu.close(), agent.stop()]);
});

beforeEach(() => {
  eu.clear();
  agent.requests.length = 0;
  agent.datagrams.length = 0;
});

const own = (stderr: string) => stderr.split('\n').filter((line) => line.startsWith('signalbox:'));
const toEu = () => ({ SIGNALBOX_OTLP_EU_ENDPOINT: eu.url, SIGNALBOX_FALLBACK: 'otlp/eu' });
const toAgent = () => ({ DD_TRACE_AGENT_URL: agent.url, SIGNALBOX_FALLBACK: 'datadog' });
const names = {
  eu: () => eu.spans.map(({ name }) => name).sort(),
  agent: () => agent.spans.map(({ resource }) => resource).sort(),
};
const TEN = Array.from({ length: 10 }, (_, index) => `span ${index}`);

function run(env: Record<string, string>, args: string[] = [], app = 'manual-spans.cjs'): App {
  return runApp({ app, args, env: { OTEL_SERVICE_NAME: 'f', OTEL_EXPORTER_OTLP_ENDPOINT: NOBODY, ...env } });
}

const WAYS: readonly [way: string, env: () => Record<string, string>, arrived: () => string[]][] = [
  ['OTLP to another OTLP', toEu, names.eu],
  ['OTLP over gRPC to Datadog', () => ({ OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc', ...toAgent() }), names.agent],
  [
    'Datadog to OTLP',
    () => ({ ...toEu(), SIGNALBOX_BACKEND: 'datadog', DD_TRACE_AGENT_URL: NOBODY }),
    names.eu,
  ],
];

const ENDS: readonly [
  end: string,
  args: string[],
  signal: NodeJS.Signals | undefined,
  code: number | null,
][] = [
  ['the natural end', ['--end=natural'], undefined, 0],
  ['process.exit()', ['--end=exit', '--code=4'], undefined, 4],
  ['an uncaught exception', ['--end=throw'], undefined, 1],
  ['SIGTERM', ['--end=wait'], 'SIGTERM', null],
];

describe.each(WAYS)('%s, nobody at home', (_way, env, arrived) => {
  test.each(ENDS)('%s: 10 of 10 spans are at the fallback', async (_end, args, signal, code) => {
    const app = run({ ...TRACES_ONLY, ...env() }, ['--spans=10', ...args]);
    if (signal) {
      await app.waitForLine(/ready/);
      app.kill(signal);
    }
    const exit = await app.exit;
    expect(exit.code).toBe(code);
    expect(arrived()).toEqual(TEN);
    expect(own(exit.stderr).filter((line) => line.includes('lost'))).toEqual([]);
  });
});

describe('a destination that takes the connection and never answers', () => {
  const hanging = () => ({
    ...TRACES_ONLY,
    ...toEu(),
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(silent.address() as AddressInfo).port}`,
  });

  test.each(ENDS)('%s: 10 of 10 spans are at the fallback', async (_end, args, signal, code) => {
    const app = run(hanging(), ['--spans=10', ...args]);
    if (signal) {
      await app.waitForLine(/ready/);
      app.kill(signal);
    }
    const exit = await app.exit;
    expect(exit.code).toBe(code);
    expect(names.eu()).toEqual(TEN);
  });
});

test('a file as the fallback gets all three signals; the start-up line names it', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'fallback-'));
  try {
    const path = join(directory, 'out.jsonl');
    const env = { SIGNALBOX_FALLBACK: 'file', SIGNALBOX_FILE_PATH: path };
    const { stderr, code } = await run(env, [], 'logs-and-metrics.cjs').exit;
    expect(code).toBe(0);
    expect(stderr).toContain(`; fallback file (${path});`);
    expect(stderr).toContain('until it works again, the fallback file is used');
    const lines = readFileSync(path, 'utf8').trim().split('\n').map(readOtlpJson);
    expect(new Set(lines.map(({ signal }) => signal))).toEqual(new Set(['traces', 'logs', 'metrics']));
    expect(own(stderr).filter((line) => line.includes('lost'))).toEqual([]);
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test.each(ENDS)('%s: a file as the fallback has 10 of 10 spans', async (_end, args, signal, code) => {
  const directory = mkdtempSync(join(tmpdir(), 'fallback-'));
  try {
    const path = join(directory, 'out.jsonl');
    const app = run({ ...TRACES_ONLY, SIGNALBOX_FALLBACK: 'file', SIGNALBOX_FILE_PATH: path }, [
      '--spans=10',
      ...args,
    ]);
    if (signal) {
      await app.waitForLine(/ready/);
      app.kill(signal);
    }
    const exit = await app.exit;
    expect(exit.code).toBe(code);
    const spans = readFileSync(path, 'utf8')
      .trim()
      .split('\n')
      .flatMap((line) => JSON.parse(line).resourceSpans[0].scopeSpans[0].spans as { name: string }[]);
    expect(spans.map(({ name }) => name).sort()).toEqual(TEN);
    expect(own(exit.stderr).filter((line) => line.includes('lost'))).toEqual([]);
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test('of two backends only the one that is down uses the fallback', async () => {
  const other = await startOtlpReceiver('http/protobuf');
  try {
    const env = {
      ...TRACES_ONLY,
      ...toEu(),
      SIGNALBOX_BACKEND: 'otlp,datadog,otlp/b',
      SIGNALBOX_OTLP_B_ENDPOINT: other.url,
      DD_TRACE_AGENT_URL: agent.url,
    };
    const { stderr } = await run(env, ['--spans=10']).exit;
    expect(names.eu()).toEqual(TEN);
    expect(names.agent()).toEqual(TEN);
    expect(other.spans).toHaveLength(10);
    expect(stderr).toMatch(
      /traces → otlp \(.*\); traces → datadog \(.*\); traces → otlp\/b \(http\/protobuf to 127/,
    );
  } finally {
    await other.close();
  }
});

test('two backends down with one fallback: it gets each span once', async () => {
  const env = { ...TRACES_ONLY, ...toEu(), SIGNALBOX_BACKEND: 'otlp,datadog', DD_TRACE_AGENT_URL: NOBODY };
  const { stderr } = await run(env, ['--spans=10']).exit;
  expect(names.eu()).toEqual(TEN);
  expect(own(stderr).filter((line) => line.includes('lost'))).toEqual([]);
});

test('the credentials of a backend are not shown to its fallback', async () => {
  const env = { ...TRACES_ONLY, ...toEu(), OTEL_EXPORTER_OTLP_HEADERS: 'api-key=secret-of-us' };
  await run(env, ['--spans=10']).exit;
  expect(names.eu()).toEqual(TEN);
  expect(JSON.stringify(eu.requests.map(({ headers }) => headers))).not.toContain('secret-of-us');
});

test('counters reach a Datadog Agent as what was added, though OTLP is sent totals', async () => {
  const env = {
    SIGNALBOX_FALLBACK: 'datadog',
    SIGNALBOX_BACKEND: 'none',
    OTEL_METRICS_EXPORTER: 'otlp',
    DD_DOGSTATSD_URL: `udp://127.0.0.1:${agent.udpPort}`,
    OTEL_METRIC_EXPORT_INTERVAL: '300',
    OTEL_METRIC_EXPORT_TIMEOUT: '300',
    SIGNALBOX_BREAKER_FAILURE_THRESHOLD: '1',
  };
  const { stderr } = await run(env, [], join(import.meta.dirname, 'apps', 'counting.cjs')).exit;
  await new Promise((resolve) => setTimeout(resolve, 50));
  const added = agent.lines.filter(({ name }) => name === 'jobs.done').flatMap(({ values }) => values);
  expect(added.reduce((sum, value) => sum + value, 0)).toBe(30);
  expect(added.length).toBeGreaterThan(2);
  expect(own(stderr).filter((line) => line.includes('lost'))).toEqual([]);
});

test('an exporter that is fetched from is no fallback: one line, and no port is taken', async () => {
  const env = { SIGNALBOX_FALLBACK: 'prometheus', OTEL_EXPORTER_PROMETHEUS_PORT: '0' };
  const { stderr } = await run(env).exit;
  expect(stderr).toContain('"prometheus" is fetched from and cannot stand in for a destination.');
  expect(own(stderr).filter((line) => line.includes('fallback prometheus'))).toEqual([]);
});

test('metrics of DogStatsD reach OTLP, each increment once', async () => {
  const env = {
    ...toEu(),
    SIGNALBOX_BACKEND: 'none',
    OTEL_METRICS_EXPORTER: 'datadog',
    DD_DOGSTATSD_URL: NOBODY,
    OTEL_METRIC_EXPORT_INTERVAL: '300',
    OTEL_METRIC_EXPORT_TIMEOUT: '300',
    SIGNALBOX_BREAKER_FAILURE_THRESHOLD: '1',
  };
  const { stderr } = await run(env, [], join(import.meta.dirname, 'apps', 'counting.cjs')).exit;
  const points = eu.metrics.filter(({ name }) => name === 'jobs.done').flatMap(({ points: all }) => all);
  // A request whose answer came too late is sent once more: on a busy machine a point may come twice.
  const added = new Map(points.map(({ time, value }) => [time, Number(value)]));
  expect([...added.values()].reduce((sum, value) => sum + value, 0)).toBe(30);
  expect(own(stderr).filter((line) => line.includes('lost'))).toEqual([]);
});
