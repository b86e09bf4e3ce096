/** What every component promises, built in or plugged in, and each exporter also under a name of its own. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LogRecordExporter } from '@opentelemetry/sdk-logs';
import type { PushMetricExporter } from '@opentelemetry/sdk-metrics';
import type { SpanExporter } from '@opentelemetry/sdk-trace';
import { createLogDelivery, createMetricDelivery, createSpanDelivery } from '../../exporters/index.ts';
import { BUILT_IN_COMPONENTS } from '../../src/box/components.ts';
import { createComponent } from '../../src/box/create-component.ts';
import { type Config, loadConfig } from '../../src/config/index.ts';
import { type AnyComponent, type ExporterInstance, formatProblem } from '../../src/core/index.ts';
import { testHost } from '../exporters/support/host.ts';
import { expectBalanced } from '../exporters/support/scripted-backend.ts';
import { someLogs, someMetrics, someSpans } from '../exporters/support/telemetry.ts';

const directory = mkdtempSync(join(tmpdir(), 'conformance-'));
afterAll(() => rmSync(directory, { recursive: true }));

const NOBODY = 'http://127.0.0.1:9';
/** Nobody is at home at any of these. */
const DEAD: Readonly<Record<string, Record<string, string>>> = {
  otlp: { OTEL_EXPORTER_OTLP_ENDPOINT: NOBODY },
  'otlp/b': { SIGNALBOX_OTLP_B_ENDPOINT: NOBODY, SIGNALBOX_OTLP_B_PROTOCOL: 'grpc' },
  datadog: { DD_TRACE_AGENT_URL: NOBODY, DD_DOGSTATSD_URL: NOBODY },
  'datadog/b': {
    SIGNALBOX_DATADOG_B_TRACE_AGENT_URL: NOBODY,
    SIGNALBOX_DATADOG_B_DOGSTATSD_URL: NOBODY,
  },
  file: { SIGNALBOX_FILE_PATH: join(directory, 'missing', 'file') },
  'file/b': { SIGNALBOX_FILE_B_PATH: join(directory, 'missing', 'b') },
  console: {},
  'console/b': {},
  prometheus: { OTEL_EXPORTER_PROMETHEUS_PORT: '0' },
  'prometheus/b': { SIGNALBOX_PROMETHEUS_B_PORT: '0' },
};

function load(env: Record<string, string>) {
  const { config, problems, components } = loadConfig({ env, components: BUILT_IN_COMPONENTS });
  return { config, components, problems: problems.map(formatProblem) };
}

const EXPORTERS = BUILT_IN_COMPONENTS.filter(({ kind }) => kind === 'exporter');
const NAMES = EXPORTERS.flatMap(({ name }) => [name, `${name}/b`]);

/** An exporter as the box creates it. */
function created(name: string) {
  const env: Record<string, string> = { SIGNALBOX_BACKEND: name, ...DEAD[name] };
  const { config, components, problems } = load(env);
  const { host, problems: atWork } = testHost();
  const chosen = config.exporters.find((one) => one.name === name);
  const instance = chosen && createComponent('exporter', chosen, components, host);
  if (!instance) throw new Error(`${name} cannot be created: ${problems.join(' ')}`);
  return { instance, host, problems: () => [...problems, ...atWork.map(formatProblem)], config };
}

test('there is a dead address for each exporter', () => {
  expect(Object.keys(DEAD).sort()).toEqual([...NAMES].sort());
});

test.each(
  BUILT_IN_COMPONENTS.map((component) => [`${component.kind} ${component.name}`, component] as const),
)('%s has defaults without a problem, and a doc for every setting', (_title, component: AnyComponent) => {
  const env = component.kind === 'exporter' ? { SIGNALBOX_BACKEND: component.name } : {};
  expect(load(env).problems).toEqual([]);
  for (const { doc, topic, name } of component.variables) {
    expect({ name, doc, topic }).toEqual({
      name,
      doc: expect.stringMatching(/\w/),
      topic: expect.stringMatching(/\w/),
    });
  }
});

test.each(NAMES)('%s says where it sends, and shuts down twice without ever having sent', async (name) => {
  const { instance, problems } = created(name);
  expect(instance.describe()).toMatch(/\w/);
  for (const signal of ['traces', 'metrics', 'logs'] as const) {
    const exporter = instance[signal]?.();
    await exporter?.shutdown();
    await exporter?.shutdown();
  }
  expect(problems()).toEqual([]);
});

/** The deliveries of all signals, with something in each. */
async function filled(instance: ExporterInstance, host: ReturnType<typeof testHost>['host'], config: Config) {
  const batch = { ...config.batch.spans, timeout: 200 };
  const options = { shutdownTimeout: 200, retryDelay: 20 };
  const ends = [];
  const traces = instance.traces?.() as SpanExporter | undefined;
  if (traces) {
    const end = createSpanDelivery(traces, batch, host, { options });
    for (const span of someSpans()) end.onEnd(span);
    ends.push(end);
  }
  const logs = instance.logs?.() as LogRecordExporter | undefined;
  if (logs) {
    const end = createLogDelivery(logs, batch, host, { options });
    for (const record of someLogs()) end.onEmit(record as never);
    ends.push(end);
  }
  const metrics = instance.metrics?.();
  if (metrics && 'export' in metrics) {
    const end = createMetricDelivery(metrics as PushMetricExporter, batch, host, { options });
    end.export(await someMetrics(), () => {});
    ends.push(end);
  }
  return ends;
}

test.each(NAMES.filter((name) => !name.startsWith('prometheus')))(
  '%s at a dead address: flush and shutdown end in time, and the books are right',
  async (name) => {
    const { instance, host, config } = created(name);
    const write = name.startsWith('console')
      ? jest.spyOn(process.stderr, 'write').mockImplementation((...args: unknown[]) => {
          (args.at(-1) as () => void)();
          return true;
        })
      : undefined;
    const ends = await filled(instance, host, config);
    expect(ends.length).toBeGreaterThan(0);
    await Promise.allSettled(ends.map((end) => end.forceFlush()));
    await Promise.all(ends.map((end) => end.shutdown()));
    await Promise.all(ends.map((end) => end.shutdown()));
    for (const { delivery } of ends) {
      const stats = delivery.stats();
      expect(stats.accepted).toBeGreaterThan(0);
      expect(stats.inMemory).toBe(0);
      expectBalanced(stats);
    }
    write?.mockRestore();
  },
);
