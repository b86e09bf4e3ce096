import { type Context, context } from '@opentelemetry/api';
import { type ExportResult, isTracingSuppressed, setGlobalErrorHandler } from '@opentelemetry/core';
import { LoggerProvider, type LogRecordExporter } from '@opentelemetry/sdk-logs';
import { AggregationTemporality, MeterProvider, type PushMetricExporter } from '@opentelemetry/sdk-metrics';
import { type SpanExporter, StackContextManager, TracerProvider } from '@opentelemetry/sdk-trace';
import {
  createLogDelivery,
  createMetricReader,
  createSpanDelivery,
  DestinationHealth,
} from '../../../exporters/index.ts';
import { testHost } from '../support/host.ts';

const BATCH = { queueSize: 10, batchSize: 4, delay: 60_000, timeout: 50 };

type Answer = (done: (result: ExportResult) => void) => void;

/** An exporter of any signal that answers as told and remembers what and where it was asked. */
class ScriptedExporter {
  readonly exports: unknown[] = [];
  readonly contexts: Context[] = [];
  shutdowns = 0;

  constructor(private readonly answer: Answer) {}

  export(items: unknown, done: (result: ExportResult) => void): void {
    this.exports.push(items);
    this.contexts.push(context.active());
    this.answer(done);
  }

  async forceFlush(): Promise<void> {}

  async shutdown(): Promise<void> {
    this.shutdowns++;
  }
}

const ok: Answer = (done) => done({ code: 0 });
const failing: Answer = (done) => done({ code: 1, error: new Error('broken') });
const unexplained: Answer = (done) => done({ code: 1 });
const silent: Answer = () => {};
const throwing: Answer = () => {
  throw new Error('thrown');
};

const contexts = new StackContextManager();
const sdkErrors: unknown[] = [];

beforeAll(() => {
  context.setGlobalContextManager(contexts.enable());
  setGlobalErrorHandler((error) => void sdkErrors.push(error));
});
afterAll(() => contexts.disable());
beforeEach(() => void sdkErrors.splice(0));

/** Sends two items of a signal through its delivery, flushes and shuts down twice. */
const SIGNALS: Record<
  string,
  (
    exporter: ScriptedExporter,
    health: DestinationHealth,
    host: ReturnType<typeof testHost>['host'],
  ) => Promise<void>
> = {
  async traces(exporter, health, host) {
    const delivery = createSpanDelivery(exporter as SpanExporter, BATCH, host, health);
    const provider = new TracerProvider({ spanProcessors: [delivery] });
    for (const name of ['a', 'b']) provider.getTracer('t').startSpan(name).end();
    await delivery.forceFlush().catch((error) => void sdkErrors.push(error));
    await delivery.shutdown();
    await delivery.shutdown();
  },
  async logs(exporter, health, host) {
    const delivery = createLogDelivery(exporter as LogRecordExporter, BATCH, host, health);
    const provider = new LoggerProvider({ processors: [delivery] });
    for (const body of ['a', 'b']) provider.getLogger('t').emit({ body });
    await delivery.forceFlush();
    await delivery.shutdown();
    await delivery.shutdown();
  },
  async metrics(exporter, health, host) {
    const reader = createMetricReader(
      exporter as PushMetricExporter,
      { interval: 50, timeout: 30_000 },
      host,
      health,
    );
    const provider = new MeterProvider({ readers: [reader] });
    provider.getMeter('t').createCounter('a').add(1);
    provider.getMeter('t').createCounter('b').add(1);
    await provider.forceFlush();
    await provider.shutdown();
  },
};

describe.each(Object.keys(SIGNALS))('%s', (signal) => {
  async function run(answer: Answer) {
    const { host, lines } = testHost();
    const exporter = new ScriptedExporter(answer);
    const health = new DestinationHealth('test', host);
    await SIGNALS[signal]?.(exporter, health, host);
    return { exporter, health, lines };
  }

  test('arrive, untraced, and the exporter is shut down once', async () => {
    const { exporter, health, lines } = await run(ok);
    expect(exporter.exports.length).toBeGreaterThan(0);
    expect(exporter.contexts.every(isTracingSuppressed)).toBe(true);
    expect([exporter.shutdowns, health.isFailing(), lines]).toEqual([1, false, []]);
    expect(sdkErrors).toEqual([]);
  });

  test.each<[string, Answer, string]>([
    ['a failed result', failing, 'broken'],
    ['a failed result without a reason', unexplained, 'the exporter gave no reason'],
    ['a throw', throwing, 'thrown'],
    ['no answer', silent, 'no answer within'],
  ])('%s is one line, and what the SDK says about it is known', async (_what, answer, reason) => {
    const { health, lines } = await run(answer);
    expect(lines).toEqual([expect.stringContaining(`export of ${signal} fails: ${reason}`)]);
    expect(sdkErrors.length).toBeGreaterThan(0);
    expect(sdkErrors.filter((error) => !health.wasReported(error))).toEqual([]);
  });
});

test('lost items are counted: spans, log records, data points', async () => {
  const { host, lines } = testHost();
  let works = false;
  const answer: Answer = (done) => done(works ? { code: 0 } : { code: 1, error: new Error('broken') });
  const health = new DestinationHealth('test', host);
  await SIGNALS.traces?.(new ScriptedExporter(answer), health, host);
  await SIGNALS.logs?.(new ScriptedExporter(answer), health, host);
  works = true;
  await SIGNALS.traces?.(new ScriptedExporter(answer), health, host);
  await SIGNALS.logs?.(new ScriptedExporter(answer), health, host);
  expect(lines[1]).toMatch(/Lost meanwhile: 2 spans, 2 log records$/);
});

test('a queue smaller than a batch makes smaller batches', async () => {
  const { host } = testHost();
  const exporter = new ScriptedExporter(ok);
  const delivery = createSpanDelivery(exporter as SpanExporter, { ...BATCH, queueSize: 2, timeout: 0 }, host);
  const tracer = new TracerProvider({ spanProcessors: [delivery] }).getTracer('t');
  for (let index = 0; index < 4; index++) tracer.startSpan('s').end();
  await delivery.shutdown();
  expect(exporter.exports.map((spans) => (spans as unknown[]).length)).toEqual([2, 2]);
});

test('the preferences of a metric exporter reach the SDK', () => {
  const { host } = testHost();
  const exporter: PushMetricExporter = Object.assign(new ScriptedExporter(ok), {
    selectAggregationTemporality: () => AggregationTemporality.DELTA,
  });
  const reader = createMetricReader(exporter, { interval: 1_000, timeout: 500 }, host);
  expect(reader.selectAggregationTemporality('COUNTER' as never)).toBe(AggregationTemporality.DELTA);
});
