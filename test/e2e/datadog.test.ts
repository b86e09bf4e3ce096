/** SIGNALBOX_BACKEND=datadog: a real process and an Agent that speaks the real protocol. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { DatadogAgent } from '../support/datadog-agent.ts';
import { startOtlpReceiver } from '../support/receivers/index.ts';
import { type App, REGISTER, type RunOptions, runApp } from '../support/run-app.ts';

const APPS = join(import.meta.dirname, 'apps');
/** What a busy machine may add to an exit; far below the timeout of a request. */
const SLACK = 2_500;

let agent: DatadogAgent;

beforeEach(async () => {
  agent = await DatadogAgent.start();
});

afterEach(() => agent.stop());

function environment(): Record<string, string> {
  return {
    SIGNALBOX_BACKEND: 'datadog',
    DD_AGENT_HOST: '127.0.0.1',
    DD_TRACE_AGENT_PORT: String(agent.port),
    DD_DOGSTATSD_PORT: String(agent.udpPort),
    DD_SERVICE: 'shop',
  };
}

function run(app: string, env: Record<string, string> = {}, options: Partial<RunOptions> = {}): App {
  return runApp({ app, ...options, env: { ...environment(), ...env } });
}

async function signalled(app: App, signal: NodeJS.Signals) {
  await app.waitForLine(/ready/);
  app.kill(signal);
  return app.exit;
}

const linesOf = (stderr: string): string[] => stderr.split('\n').filter((line) => line !== '');

describe('the backend alone', () => {
  test('gets traces over its protocol and metrics over DogStatsD, and the start-up line says so', async () => {
    const exit = await run('logs-and-metrics.cjs').exit;
    expect(exit.code).toBe(0);
    expect(linesOf(exit.stderr)).toEqual([
      expect.stringMatching(
        `^signalbox: \\S+ started: service shop.*; traces\\+metrics → datadog \\(Datadog Agent at 127\\.0\\.0\\.1:${agent.port}\\); logs off;`,
      ),
    ]);
    expect(agent.spans).toMatchObject([
      { name: 'internal', resource: 'job', service: 'shop', type: 'custom' },
    ]);
    await agent.until(({ lines }) => lines.some(({ name }) => name === 'queue.length'));
    const jobs = agent.lines.filter(({ name }) => name === 'jobs.done');
    expect(jobs.map(({ type, values }) => [type, ...values]).sort()).toEqual([
      ['c', 2],
      ['c', 3],
    ]);
    expect(agent.lines).toContainEqual(
      expect.objectContaining({ name: 'queue.length', type: 'g', values: [7] }),
    );
    expect(jobs[0]?.tags).toContain('service:shop');
  });

  test('gets every span of an application once, in one trace, over HTTP and express', async () => {
    await run('http-express.cjs', {}, { args: ['--once'] }).exit;
    expect(new Set(agent.spans.map(({ trace_id }) => trace_id)).size).toBe(1);
    expect(agent.spans.map(({ name, resource }) => `${name} ${resource}`).sort()).toEqual([
      'http.client.request GET',
      'http.client.request GET',
      'http.client.request GET',
      'http.server.request GET /',
      'http.server.request GET /by-fetch',
      'http.server.request GET /by-http',
      'internal request handler',
      'internal request handler',
      'internal request handler',
    ]);
    expect(agent.paths.filter((path) => path.includes('traces')).length).toBe(agent.requests.length);
  });

  test('DD_SERVICE, DD_ENV, DD_VERSION and DD_TAGS are on every span and on metrics', async () => {
    const identity = { DD_ENV: 'staging', DD_VERSION: '1.2.3', DD_TAGS: 'team:checkout,region:eu' };
    await run('logs-and-metrics.cjs', identity).exit;
    expect(agent.spans).toMatchObject([
      {
        service: 'shop',
        meta: { env: 'staging', version: '1.2.3', team: 'checkout', region: 'eu', language: 'javascript' },
      },
    ]);
    await agent.until(({ lines }) => lines.some(({ name }) => name === 'queue.length'));
    expect(agent.lines.find(({ name }) => name === 'queue.length')?.tags).toEqual(
      expect.arrayContaining(['service:shop', 'env:staging', 'version:1.2.3', 'team:checkout', 'region:eu']),
    );
  });

  test('DD_TRACE_ENABLED=false turns tracing off and leaves metrics on', async () => {
    const { stderr, code } = await run('logs-and-metrics.cjs', { DD_TRACE_ENABLED: 'false' }).exit;
    expect(code).toBe(0);
    expect(stderr).toMatch(/metrics → datadog .*; traces\+logs off;/);
    await agent.until(({ lines }) => lines.some(({ name }) => name === 'jobs.done'));
    expect(agent.requests).toEqual([]);
  });

  test('logs go over OTLP where an endpoint is configured, and nowhere else', async () => {
    await using receiver = await startOtlpReceiver('http/protobuf');
    const { stderr } = await run('logs-and-metrics.cjs', receiver.env).exit;
    expect(stderr).toMatch(/traces\+metrics → datadog .*; logs → otlp /);
    expect(receiver.logs.map(({ body }) => body)).toEqual(['started', 'failed']);
    expect(receiver.requests.filter(({ signal }) => signal !== 'logs')).toEqual([]);
    expect(agent.spans).toHaveLength(1);
  });
});

describe('what has ended is delivered', () => {
  test('at the natural end, and the exit code stays', async () => {
    const exit = await run(join(APPS, 'exit-code.cjs')).exit;
    expect(exit).toMatchObject({ code: 3, signal: null });
    expect(agent.spans.map(({ resource }) => resource)).toEqual(['last words']);
  });

  test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('at %s, and the process ends by it', async (signal) => {
    const exit = await signalled(run('manual-spans.cjs', {}, { args: ['--end=wait'] }), signal);
    expect(exit).toMatchObject({ code: null, signal });
    expect(agent.spans).toHaveLength(3);
  });

  test('also at process.exit(), which leaves no time', async () => {
    const exit = await run('manual-spans.cjs', {}, { args: ['--end=exit', '--code=4'] }).exit;
    expect(exit).toMatchObject({ code: 4, signal: null });
    expect(agent.spans).toHaveLength(3);
    expect(agent.requests[0]?.headers).toMatchObject({ 'x-datadog-trace-count': '3' });
  });

  test('once, although the Agent takes only small requests and is out of order at first', async () => {
    let failures = 2;
    agent.mood = (request, response, body) => {
      if (request.url !== '/v0.4/traces') return false;
      if (failures-- > 0) response.writeHead(503).end();
      else if (body.length > 2_000) response.writeHead(413).end();
      else return false;
      return true;
    };
    const args = ['--spans=20'];
    const { code } = await run('manual-spans.cjs', { SIGNALBOX_SHUTDOWN_TIMEOUT: '8000' }, { args }).exit;
    expect(code).toBe(0);
    expect(agent.spans).toHaveLength(20);
    expect(new Set(agent.spans.map(({ span_id }) => span_id)).size).toBe(20);
  });

  test.each([
    ['sent with priority 0, for trace metrics', {}, 3],
    ['left out with SIGNALBOX_DATADOG_DROP_UNSAMPLED', { SIGNALBOX_DATADOG_DROP_UNSAMPLED: 'true' }, 0],
  ])('what sampling rejects is %s', async (_what, env, count) => {
    await run('manual-spans.cjs', { ...env, DD_TRACE_SAMPLE_RATE: '0' }).exit;
    expect(agent.spans.map(({ metrics }) => metrics._sampling_priority_v1)).toEqual(
      Array.from({ length: count }, () => expect.any(Number)),
    );
    for (const { metrics } of agent.spans) expect(metrics._sampling_priority_v1).toBeLessThanOrEqual(0);
  });

  test('at SIGTERM with a handler of the application that lets it end', async () => {
    const args = ['--end=wait', '--on-signal=drain', '--code=7'];
    const exit = await signalled(run('manual-spans.cjs', {}, { args }), 'SIGTERM');
    expect(exit).toMatchObject({ code: 7, signal: null });
    expect(agent.spans).toHaveLength(3);
  });
});

describe('with the Agent down, the end waits no longer than SIGNALBOX_SHUTDOWN_TIMEOUT', () => {
  const timeout = { SIGNALBOX_SHUTDOWN_TIMEOUT: '500' };
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

  const down = {
    'nobody listening': () => '9',
    'the Agent hanging': () => String((silent.address() as AddressInfo).port),
  };
  const cases = Object.entries(down);

  test.each(cases)('at the natural end, %s; the exit code stays', async (_how, port) => {
    const exit = await run(join(APPS, 'exit-code.cjs'), { ...timeout, DD_TRACE_AGENT_PORT: port() }).exit;
    expect(exit).toMatchObject({ code: 3, signal: null });
    expect(exit.afterOutput).toBeLessThan(500 + SLACK);
  });

  test.each(cases)('at SIGTERM, %s', async (_how, port) => {
    const app = run(
      'manual-spans.cjs',
      { ...timeout, DD_TRACE_AGENT_PORT: port() },
      { args: ['--end=wait'] },
    );
    const exit = await signalled(app, 'SIGTERM');
    expect(exit).toMatchObject({ code: null, signal: 'SIGTERM' });
    expect(exit.afterSignal).toBeLessThan(500 + SLACK);
  });
});

describe('coming from dd-trace', () => {
  const IGNORED = { DD_PROFILING_ENABLED: 'true', DD_APPSEC_ENABLED: 'true' };

  test.each(['datadog', 'otlp'])(
    'variables that mean nothing here are named once, with SIGNALBOX_BACKEND=%s',
    async (backend) => {
      await using receiver = await startOtlpReceiver('http/protobuf');
      const env = { ...receiver.env, ...IGNORED, SIGNALBOX_BACKEND: backend };
      const { stderr } = await run('manual-spans.cjs', env).exit;
      expect(linesOf(stderr).filter((line) => line.includes('CFG013'))).toEqual([
        'signalbox: DD_APPSEC_ENABLED, DD_PROFILING_ENABLED: are settings of dd-trace. Ignoring them. [CFG013]',
      ]);
    },
  );

  test('those that are read are not named', async () => {
    const { stderr } = await run('manual-spans.cjs', {
      DD_ENV: 'x',
      DD_TAGS: 'a:b',
      DD_TRACE_ENABLED: 'true',
      DD_LOGS_INJECTION: 'true',
      DD_TRACE_PARTIAL_FLUSH_MIN_SPANS: '10',
    }).exit;
    expect(stderr).not.toMatch(/CFG0/);
  });

  const DD_TRACE = { DD_TRACE_STARTUP_LOGS: 'false', DD_INSTRUMENTATION_TELEMETRY_ENABLED: 'false' };

  test.each<[what: string, nodeArgs: string[], env: Record<string, string>]>([
    ['is loaded already', ['--require', 'dd-trace/init'], {}],
    ['is to be loaded afterwards', ['--require', REGISTER, '--require', 'dd-trace/init'], {}],
    ['is told to take over', [], { DD_TRACE_OTEL_ENABLED: 'true' }],
  ])('where dd-trace %s, one line says so and Signalbox does not start', async (_what, nodeArgs, env) => {
    const { code, stderr, stdout } = await run('manual-spans.cjs', { ...DD_TRACE, ...env }, { nodeArgs })
      .exit;
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'ready\n' });
    const ours = linesOf(stderr).filter((line) => line.startsWith('signalbox: '));
    expect(ours.filter((line) => !line.includes('SDK001'))).toEqual([
      expect.stringMatching(
        /^signalbox: WARN dd-trace: is .*Not starting telemetry; .*SIGNALBOX_ALONGSIDE_DD_TRACE=true\. \[SDK006\]$/,
      ),
    ]);
    expect(agent.spans.filter(({ meta }) => meta['otel.trace_id'] !== undefined)).toEqual([]);
  });

  test('where the application loads dd-trace itself, one line says so', async () => {
    await using app = run(join(APPS, 'late-dd-trace.cjs'), DD_TRACE);
    const [line] = await app.waitForLine(/dd-trace: was loaded by the application.*\[SDK006\]/, 'stderr');
    expect(line).toContain('SIGNALBOX_ALONGSIDE_DD_TRACE=true');
    expect(app.stderr()).toMatch(/signalbox: \S+ started/);
  });

  test('SIGNALBOX_ALONGSIDE_DD_TRACE=true starts it all the same', async () => {
    const { stderr } = await run(
      'manual-spans.cjs',
      { ...DD_TRACE, SIGNALBOX_ALONGSIDE_DD_TRACE: 'true' },
      { nodeArgs: ['--require', 'dd-trace/init'] },
    ).exit;
    expect(stderr).toMatch(/signalbox: \S+ started/);
    expect(agent.spans.filter(({ meta }) => meta['otel.trace_id'] !== undefined)).toHaveLength(3);
  });
});
