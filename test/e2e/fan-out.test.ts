/** SIGNALBOX_BACKEND=otlp,datadog: both get every span, and neither suffers from the other. */
import { DatadogAgent } from '../support/datadog-agent.ts';
import { type OtlpReceiver, startOtlpReceiver } from '../support/receivers/index.ts';
import { runApp } from '../support/run-app.ts';

let agent: DatadogAgent;
let receiver: OtlpReceiver;

beforeEach(async () => {
  agent = await DatadogAgent.start();
  receiver = await startOtlpReceiver('http/protobuf');
});

afterEach(() => Promise.all([agent.stop(), receiver.close()]));

function run(env: Record<string, string> = {}, app = 'manual-spans.cjs', args: string[] = []) {
  return runApp({
    app,
    args,
    env: {
      ...receiver.env,
      SIGNALBOX_BACKEND: 'otlp,datadog',
      OTEL_METRICS_EXPORTER: 'none',
      OTEL_LOGS_EXPORTER: 'none',
      DD_TRACE_AGENT_URL: agent.url,
      DD_SERVICE: 'shop',
      SIGNALBOX_SHUTDOWN_TIMEOUT: '1000',
      ...env,
    },
  });
}

/** What both backends must agree on, whatever their formats. */
function comparable() {
  const datadog = agent.spans.map(({ meta, span_id, parent_id, start, duration, service, error }) => ({
    traceId: meta['otel.trace_id'],
    spanId: span_id.toString(16).padStart(16, '0'),
    parentSpanId: parent_id === 0n ? undefined : parent_id.toString(16).padStart(16, '0'),
    start,
    end: start + duration,
    service,
    failed: error === 1,
  }));
  const otlp = receiver.spans.map(({ traceId, spanId, parentSpanId, start, end, service, status }) => ({
    traceId,
    spanId,
    parentSpanId,
    start,
    end,
    service,
    failed: status.code === 'ERROR',
  }));
  const bySpan = (one: { spanId: string }, other: { spanId: string }) => (one.spanId < other.spanId ? -1 : 1);
  return { datadog: datadog.sort(bySpan), otlp: otlp.sort(bySpan) };
}

test('both get every span: the same ids, parents, times, services and errors', async () => {
  const { code, stderr } = await run({}, 'http-express.cjs', ['--once']).exit;
  expect(code).toBe(0);
  expect(stderr).toMatch(/traces → otlp \(.*\); traces → datadog \(Datadog Agent at /);
  const { datadog, otlp } = comparable();
  expect(otlp).toHaveLength(9);
  expect(datadog).toEqual(otlp);
});

test('both get metrics and only OTLP logs', async () => {
  const env = {
    OTEL_METRICS_EXPORTER: 'otlp,datadog',
    OTEL_LOGS_EXPORTER: '',
    DD_DOGSTATSD_URL: `udp://127.0.0.1:${agent.udpPort}`,
  };
  await run(env, 'logs-and-metrics.cjs').exit;
  await agent.until(({ lines }) => lines.some(({ name }) => name === 'jobs.done'));
  expect(receiver.metrics.map(({ name }) => name)).toContain('jobs.done');
  expect(receiver.logs).toHaveLength(2);
});

/** What a backend can do wrong; each of it must leave the other one alone. */
const DATADOG_FAULTS: Record<string, () => Record<string, string>> = {
  'is not there': () => ({ DD_TRACE_AGENT_URL: 'http://127.0.0.1:9' }),
  'never answers': () => {
    agent.mood = () => true;
    return {};
  },
  'answers garbage': () => {
    agent.mood = (_request, response) => {
      response.socket?.end('garbage\r\n\r\n');
      return true;
    };
    return {};
  },
  'answers 500': () => {
    agent.mood = (_request, response) => {
      response.writeHead(500).end();
      return true;
    };
    return {};
  },
};

test.each(Object.entries(DATADOG_FAULTS))('Datadog %s: OTLP gets every span', async (_fault, begin) => {
  const { code, stdout } = await run(begin()).exit;
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'ready\n' });
  expect(receiver.spans).toHaveLength(3);
  expect(agent.spans).toEqual([]);
});

const OTLP_FAULTS: Record<string, () => Record<string, string>> = {
  'is not there': () => ({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' }),
  'never answers': () => {
    receiver.respondWith({ delay: 60_000 });
    return {};
  },
  'answers garbage': () => {
    receiver.respondWith({ body: 'garbage', status: 400 });
    return {};
  },
  'breaks the connection': () => {
    receiver.respondWith({ disconnect: true });
    return {};
  },
};

test.each(Object.entries(OTLP_FAULTS))('OTLP %s: Datadog gets every span', async (_fault, begin) => {
  const { code, stdout } = await run(begin()).exit;
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'ready\n' });
  expect(agent.spans).toHaveLength(3);
});

test('while the Agent hangs, an application that runs on loses nothing at the other backend', async () => {
  agent.mood = () => true;
  const env = { OTEL_BSP_SCHEDULE_DELAY: '20', OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '10' };
  await using app = run(env, 'http-express.cjs');
  const [, port] = await app.waitForLine(/listening on (\d+)/);
  for (let index = 0; index < 20; index++) await (await fetch(`http://127.0.0.1:${port}/`)).text();
  // Eight spans for each request, all of them while the first one to the Agent is still open.
  await receiver.waitForSpans(160);
  app.kill('SIGTERM');
  expect(await app.exit).toMatchObject({ signal: 'SIGTERM' });
  expect(agent.spans).toEqual([]);
});
