/** Rejected traces go to the Datadog Agent, which counts them, and to nobody else. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatadogAgent } from '../support/datadog-agent.ts';
import { type OtlpReceiver, startOtlpReceiver } from '../support/receivers/index.ts';
import { runApp } from '../support/run-app.ts';

const APPS = join(import.meta.dirname, 'apps');

let agent: DatadogAgent;
let receiver: OtlpReceiver;

beforeEach(async () => {
  agent = await DatadogAgent.start();
  receiver = await startOtlpReceiver('http/protobuf');
});

afterEach(() => Promise.all([agent.stop(), receiver.close()]));

/** Runs the shop once: ten orders, a health check, a failed and a slow order. */
async function shop(backends: string, env: Record<string, string>) {
  const { stdout, stderr } = await runApp({
    app: join(APPS, 'shop.cjs'),
    args: ['--traces=10'],
    env: {
      ...receiver.env,
      OTEL_TRACES_EXPORTER: backends,
      OTEL_METRICS_EXPORTER: 'none',
      OTEL_LOGS_EXPORTER: 'none',
      OTEL_SERVICE_NAME: 'shop',
      DD_TRACE_AGENT_URL: agent.url,
      ...env,
    },
  }).exit;
  expect(stderr.split('\n').filter((line) => / (WARN|ERROR) /.test(line))).toEqual([]);
  return stdout + stderr;
}

/** What the Agent got: how many local roots of each name, by priority. */
function priorities(): Record<string, Record<string, number>> {
  const counts: Record<string, Record<string, number>> = {};
  for (const { resource, metrics, parent_id } of agent.spans) {
    if (parent_id !== 0n) continue;
    const priority = String(metrics._sampling_priority_v1);
    const ofName = counts[resource] ?? {};
    ofName[priority] = (ofName[priority] ?? 0) + 1;
    counts[resource] = ofName;
  }
  return counts;
}

const ALL = { order: 10, health: 1, 'failed order': 1, 'slow order': 1 };
const all = (priority: number) =>
  Object.fromEntries(Object.entries(ALL).map(([name, count]) => [name, { [priority]: count }]));

test('OTEL_TRACES_SAMPLER=always_off: the Agent gets all traces as rejected', async () => {
  await shop('datadog', { OTEL_TRACES_SAMPLER: 'always_off' });
  expect(priorities()).toEqual(all(-1));
  // A trace is not torn apart: children are there too.
  expect(agent.spans).toHaveLength(25);
});

test('beside OTLP, only the Agent gets them', async () => {
  await shop('otlp,datadog', { OTEL_TRACES_SAMPLER: 'always_off' });
  expect(agent.spans).toHaveLength(25);
  expect(receiver.spans).toEqual([]);
});

test('beside console and file, only the Agent gets them', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'signalbox-'));
  try {
    const path = join(directory, 'telemetry.jsonl');
    const env = { SIGNALBOX_SAMPLING_RULES: 'keep error; drop', SIGNALBOX_FILE_PATH: path };
    const output = await shop('console,file,datadog', env);
    expect(agent.spans).toHaveLength(25);
    expect(output).toContain('failed order');
    expect(output).not.toContain('slow order');
    const written = readFileSync(path, 'utf8');
    expect(written).toContain('failed order');
    expect(written).not.toContain('slow order');
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});

test.each([
  ['SIGNALBOX_SAMPLING_RULES, at the start', { SIGNALBOX_SAMPLING_RULES: 'drop url.path=/health*; keep' }],
  [
    'DD_TRACE_SAMPLING_RULES',
    {
      DD_TRACE_SAMPLING_RULES: JSON.stringify([{ resource: 'health', sample_rate: 0 }, { sample_rate: 1 }]),
    },
  ],
])('traces that a rule drops likewise: %s', async (_what, env) => {
  await shop('otlp,datadog', env);
  const { health, ...others } = priorities();
  expect(health).toEqual({ '-1': 1 });
  expect(others).toEqual({ order: { 2: 10 }, 'failed order': { 2: 1 }, 'slow order': { 2: 1 } });
  expect(receiver.spans).toHaveLength(23);
  expect(receiver.spans.map(({ name }) => name)).not.toContain('health');
});

test('and traces that a rule drops when they have ended', async () => {
  await shop('otlp,datadog', { SIGNALBOX_SAMPLING_RULES: 'keep error; drop' });
  expect(priorities()).toEqual({ ...all(-1), 'failed order': { 2: 1 } });
  expect(agent.spans).toHaveLength(25);
  expect(receiver.spans.map(({ name }) => name).sort()).toEqual(['charge', 'failed order']);
});

test('SIGNALBOX_DATADOG_DROP_UNSAMPLED=true: nobody gets them', async () => {
  const env = { SIGNALBOX_DATADOG_DROP_UNSAMPLED: 'true' };
  await shop('otlp,datadog', { ...env, SIGNALBOX_SAMPLING_RULES: 'keep error; drop' });
  expect(agent.spans).toHaveLength(2);
  expect(receiver.spans).toHaveLength(2);
  await shop('otlp,datadog', { ...env, OTEL_TRACES_SAMPLER: 'always_off' });
  expect(agent.spans).toHaveLength(2);
  expect(receiver.spans).toHaveLength(2);
});

test('rates that the Agent answers change decisions, down and up again', async () => {
  await using app = runApp({
    app: join(APPS, 'ticks.cjs'),
    env: {
      ...receiver.env,
      OTEL_TRACES_EXPORTER: 'otlp,datadog',
      OTEL_METRICS_EXPORTER: 'none',
      OTEL_LOGS_EXPORTER: 'none',
      OTEL_BSP_SCHEDULE_DELAY: '20',
      DD_SERVICE: 'shop',
      DD_ENV: 'test',
      DD_TRACE_AGENT_URL: agent.url,
    },
  });
  agent.rates = { rate_by_service: { 'service:shop,env:test': 0 } };
  const last = () => agent.requests.at(-1)?.traces.at(-1)?.[0];
  await agent.until(() => last()?.metrics._sampling_priority_v1 === 0);
  expect(agent.spans[0]?.metrics._sampling_priority_v1).toBe(1);
  expect(last()).toMatchObject({ metrics: { '_dd.agent_psr': 0 } });
  agent.rates = { rate_by_service: { 'service:shop,env:test': 1 } };
  await agent.until(() => last()?.metrics._sampling_priority_v1 === 1);
  expect(last()).toMatchObject({ meta: { '_dd.p.dm': '-1' }, metrics: { '_dd.agent_psr': 1 } });
  app.kill('SIGTERM');
  await app.exit;
  // Both backends agree on which traces were kept.
  const kept = agent.spans.filter(({ metrics }) => (metrics._sampling_priority_v1 ?? 0) > 0);
  expect(receiver.spans.map(({ traceId }) => traceId).sort()).toEqual(
    kept.map(({ meta }) => meta['otel.trace_id']).sort(),
  );
});
