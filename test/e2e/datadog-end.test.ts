/** How a process ends with a Datadog Agent as its backend: the same promises as over OTLP. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatadogAgent } from '../support/datadog-agent.ts';
import { type App, runApp } from '../support/run-app.ts';

/** What a busy machine may add to an exit. */
const SLACK = 2_500;
/** Where it is about what arrives, not when: a busy machine gets there. */
const PATIENT = { SIGNALBOX_SHUTDOWN_TIMEOUT: '10000' };

function run(url: string, args: readonly string[], env: Record<string, string> = {}): App {
  return runApp({
    app: 'manual-spans.cjs',
    args: ['--spans=10', ...args],
    env: {
      OTEL_TRACES_EXPORTER: 'datadog',
      OTEL_METRICS_EXPORTER: 'none',
      OTEL_LOGS_EXPORTER: 'none',
      DD_SERVICE: 'end',
      DD_TRACE_AGENT_URL: url,
      ...PATIENT,
      ...env,
    },
  });
}

async function endOf(app: App, signal: NodeJS.Signals | null) {
  if (signal) {
    await app.waitForLine(/ready/);
    app.kill(signal);
  }
  return app.exit;
}

const ENDS: readonly [end: string, args: string[], signal: NodeJS.Signals | null, code: number | null][] = [
  ['the natural end', ['--end=natural'], null, 0],
  ['process.exit()', ['--end=exit', '--code=4'], null, 4],
  ['an uncaught exception', ['--end=throw'], null, 1],
  ['an unhandled rejection', ['--end=reject'], null, 1],
  ['SIGTERM', ['--end=wait'], 'SIGTERM', null],
  ['SIGINT', ['--end=wait'], 'SIGINT', null],
  ['process.exit() in a handler of SIGTERM', ['--end=wait', '--on-signal=exit', '--code=9'], 'SIGTERM', 9],
];

const PLACES: readonly [place: string, start: () => Promise<[agent: DatadogAgent, url: string]>][] = [
  [
    'a port',
    async () => {
      const agent = await DatadogAgent.start();
      return [agent, agent.url];
    },
  ],
  [
    'a Unix socket',
    async () => {
      const path = join(tmpdir(), `signalbox-${process.pid}-${performance.now()}.socket`);
      return [await DatadogAgent.start(path), `unix://${path}`];
    },
  ],
];

describe.each(PLACES)('with the Agent at %s', (_place, start) => {
  test.each(ENDS)('%s delivers 10 of 10 spans', async (_end, args, signal, code) => {
    const [agent, url] = await start();
    const exit = await endOf(run(url, args), signal);
    await agent.stop();
    expect([exit.code, exit.signal]).toEqual([code, code === null ? signal : null]);
    const names = agent.spans.map(({ resource }) => resource).sort();
    expect(names).toEqual(Array.from({ length: 10 }, (_, index) => `span ${index}`));
    const counted = agent.requests.map(({ headers }) => Number(headers['x-datadog-trace-count']));
    expect(counted).toEqual(agent.requests.map(({ traces }) => traces.length));
    const own = exit.stderr.split('\n').filter((line) => line.startsWith('signalbox:'));
    expect(own).toEqual([expect.stringContaining('started')]);
  });
});

test('rejected spans are delivered at process.exit() too', async () => {
  const agent = await DatadogAgent.start();
  await run(agent.url, ['--end=exit'], { OTEL_TRACES_SAMPLER: 'always_off' }).exit;
  await agent.stop();
  expect(agent.spans.map(({ metrics }) => metrics._sampling_priority_v1)).toEqual(Array(10).fill(-1));
});

test('what the Agent does not take at once goes in several requests at process.exit()', async () => {
  const agent = await DatadogAgent.start();
  agent.info = { ...agent.info, config: { max_request_bytes: 8_000 } };
  const app = runApp({
    app: join(import.meta.dirname, 'apps', 'burst-at-exit.cjs'),
    env: {
      OTEL_TRACES_EXPORTER: 'datadog',
      OTEL_METRICS_EXPORTER: 'none',
      OTEL_BSP_SCHEDULE_DELAY: '20',
      DD_TRACE_AGENT_URL: agent.url,
    },
  });
  await agent.until(({ paths }) => paths.includes('GET /info'));
  const before = agent.requests.length;
  await agent.until(({ requests }) => requests.length > before + 3);
  app.kill('SIGTERM');
  await app.exit;
  await agent.stop();
  expect(agent.spans.filter(({ resource }) => resource.startsWith('last '))).toHaveLength(100);
  const last = agent.requests.filter(({ traces }) =>
    traces.flat().some(({ resource }) => resource !== 'tick'),
  );
  expect(last.length).toBeGreaterThan(1);
  expect(Math.max(...last.map(({ bytes }) => bytes))).toBeLessThanOrEqual(8_000);
});

describe('with the Agent down, the end waits no longer than SIGNALBOX_SHUTDOWN_TIMEOUT', () => {
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

  const absent = () => 'http://127.0.0.1:9';
  const hanging = () => `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
  const lost = 'lost in this process: 10 of 10 spans to datadog (exit 10)';
  const unconfirmed = 'sent, but not confirmed before the process ended: 10 of 10 spans to datadog';
  const downs: readonly [what: string, url: () => string, line: string][] = [
    ['nobody listening', absent, lost],
    ['no such socket', () => 'unix:///nowhere/apm.socket', lost],
    ['hanging', hanging, unconfirmed],
  ];

  describe.each(downs)('%s', (_what, url, line) => {
    test.each(ENDS)('%s', async (_end, args, signal, code) => {
      const app = run(url(), args, { SIGNALBOX_SHUTDOWN_TIMEOUT: '1000' });
      const exit = await endOf(app, signal);
      expect([exit.code, exit.signal]).toEqual([code, code === null ? signal : null]);
      expect(exit.afterSignal ?? exit.afterOutput ?? 0).toBeLessThan(1_000 + SLACK);
      expect(exit.duration).toBeLessThan(1_000 + 2 * SLACK);
      const said = exit.stderr.split('\n').filter((text) => /this process|process ended/.test(text));
      // A signal ends the process without its last words.
      if (signal === null) expect(said).toEqual([`signalbox: WARN ${line}`]);
    });
  });

  test('an Agent that takes spans and hangs on /info holds nothing up', async () => {
    const agent = await DatadogAgent.start();
    agent.mood = ({ url }) => url === '/info';
    const exit = await run(agent.url, ['--end=natural']).exit;
    expect(agent.spans).toHaveLength(10);
    expect(exit.afterOutput).toBeLessThan(SLACK);
    await agent.stop();
  });
});
