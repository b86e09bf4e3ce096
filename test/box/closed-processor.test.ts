import { SeverityNumber } from '@opentelemetry/api';
import { InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { createComponent } from '../../src/box/create-component.ts';
import { chain, createProcessors } from '../../src/box/processor-chain.ts';
import {
  type AnyComponent,
  defineComponent,
  type Host,
  type Problem,
  type ProcessorInstance,
} from '../../src/core/index.ts';

/** A processor of that name which cannot be created, or whose links cannot. */
function broken(name: string, create: () => ProcessorInstance): AnyComponent {
  return defineComponent({
    kind: 'processor',
    name,
    stability: 'stable',
    doc: 'Test.',
    variables: [],
    fromEnv: () => ({}),
    create,
  }) as AnyComponent;
}

const fail = (): never => {
  throw new Error('no luck');
};

/** What reaches exporters behind a chain of this one processor. */
async function deliver(name: string, create: () => ProcessorInstance) {
  const problems: Problem[] = [];
  const host = { report: (problem) => void problems.push(problem) } as Host;
  const components = [broken(name, create)];
  const processors = createProcessors([{ name, settings: {} }], undefined, (chosen) =>
    createComponent('processor', chosen, components, host),
  );
  const spans = new InMemorySpanExporter();
  const spanEnd = new SimpleSpanProcessor({ exporter: spans });
  const tracers = new TracerProvider({
    spanProcessors: [chain(processors, host, spanEnd as never, (one, next) => one.spans?.(next) as never)],
  });
  tracers.getTracer('t').startSpan('work').end();
  const logs = new InMemoryLogRecordExporter();
  const logEnd = new SimpleLogRecordProcessor({ exporter: logs });
  const loggers = new LoggerProvider({
    processors: [chain(processors, host, logEnd as never, (one, next) => one.logs?.(next) as never)],
  });
  loggers.getLogger('t').emit({ body: 'work', severityNumber: SeverityNumber.INFO });
  const metrics = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({
    exporter: chain(processors, host, metrics as never, (one, next) => one.metrics?.(next) as never),
    exportIntervalMillis: 3_600_000,
  });
  const meters = new MeterProvider({ readers: [reader] });
  meters.getMeter('t').createCounter('work').add(1);
  await meters.forceFlush();
  const seen = [spans.getFinishedSpans(), logs.getFinishedLogRecords(), metrics.getMetrics()].map(
    ({ length }) => length,
  );
  await Promise.all([tracers.shutdown(), loggers.shutdown(), meters.shutdown()]);
  return { seen, problems };
}

describe('redaction that cannot be created', () => {
  test('lets nothing leave, and says so once', async () => {
    const { seen, problems } = await deliver('redaction', fail);
    expect(seen).toEqual([0, 0, 0]);
    expect(problems).toEqual([
      {
        code: 'CMP001',
        source: 'processor redaction',
        message: 'cannot be created: no luck',
        used: 'no telemetry leaves this process, because it would leave unredacted',
      },
    ]);
  });

  test('for one signal lets nothing of that signal leave', async () => {
    const { seen, problems } = await deliver('redaction', () => ({ logs: fail }));
    expect(seen).toEqual([1, 0, 1]);
    expect(problems).toHaveLength(1);
  });

  test('by choice, since it is switched off, lets everything pass', async () => {
    expect(await deliver('redaction', () => ({}))).toEqual({ seen: [1, 1, 1], problems: [] });
  });
});

test('another processor that cannot be created is left out', async () => {
  const { seen, problems } = await deliver('acme', fail);
  expect(seen).toEqual([1, 1, 1]);
  expect(problems).toMatchObject([{ used: 'going on without it' }]);
});
