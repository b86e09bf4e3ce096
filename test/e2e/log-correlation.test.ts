/** With Datadog among the backends, the application's own loggers name the span of each record. */
import { join } from 'node:path';
import { DatadogAgent } from '../support/datadog-agent.ts';
import { runApp } from '../support/run-app.ts';

type LogRecord = Record<string, unknown>;

const LOGGERS = ['pino', 'winston', 'bunyan'];

let agent: DatadogAgent;

beforeAll(async () => {
  agent = await DatadogAgent.start();
});

afterAll(() => agent.stop());

beforeEach(() => {
  agent.requests.length = 0;
});

/** The records by their text. */
async function records(env: Record<string, string> = {}): Promise<Map<unknown, LogRecord>> {
  const { stdout, stderr, code } = await runApp({
    app: join(import.meta.dirname, 'apps/loggers.cjs'),
    env: {
      SIGNALBOX_BACKEND: 'datadog',
      OTEL_METRICS_EXPORTER: 'none',
      DD_TRACE_AGENT_URL: agent.url,
      DD_SERVICE: 'shop',
      DD_ENV: 'Staging',
      DD_VERSION: '1.2.3',
      ...env,
    },
  }).exit;
  expect(code).toBe(0);
  expect(stderr.split('\n')).toHaveLength(2);
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as LogRecord);
  return new Map(lines.map((record) => [record.msg ?? record.message, record]));
}

test.each(LOGGERS)('%s: dd.* as dd-trace writes it, and the ids are those of the span', async (logger) => {
  const written = await records();
  const [span] = agent.spans;
  expect(written.get(`${logger} inside`)).toMatchObject({
    dd: {
      trace_id: span?.meta['otel.trace_id'],
      span_id: String(span?.span_id),
      service: 'shop',
      env: 'Staging',
      version: '1.2.3',
    },
  });
  expect(span?.meta['otel.trace_id']).toMatch(/^[0-9a-f]{32}$/);
  expect(written.get(`${logger} outside`)).toBeDefined();
  expect(written.get(`${logger} outside`)).not.toHaveProperty('dd');
});

test.each([
  ['DD_TRACE_128_BIT_TRACEID_LOGGING_ENABLED=false', { DD_TRACE_128_BIT_TRACEID_LOGGING_ENABLED: 'false' }],
  ['ids of 64 bits', { DD_TRACE_128_BIT_TRACEID_GENERATION_ENABLED: 'false' }],
])('%s: the trace id is a decimal number of 64 bits', async (_case, env) => {
  const written = await records(env);
  const traceId = String(agent.spans[0]?.trace_id);
  for (const logger of LOGGERS) {
    expect(written.get(`${logger} inside`)).toMatchObject({ dd: { trace_id: traceId } });
  }
});

test.each([
  ['DD_LOGS_INJECTION=false', { DD_LOGS_INJECTION: 'false' }],
  [
    'another backend',
    { SIGNALBOX_BACKEND: 'none', OTEL_TRACES_EXPORTER: 'file', SIGNALBOX_FILE_PATH: '/dev/null' },
  ],
])('%s: no dd.*, the ids of OpenTelemetry stay', async (_case, env) => {
  const written = await records(env);
  for (const logger of LOGGERS) {
    const record = written.get(`${logger} inside`);
    expect(record).not.toHaveProperty('dd');
    expect(record).toMatchObject({ trace_id: expect.stringMatching(/^[0-9a-f]{32}$/) });
  }
});
