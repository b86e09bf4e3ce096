import { context, logs, metrics, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  InMemoryLogRecordExporter,
  LoggerProvider,
  type LogRecordProcessor,
  type ReadableLogRecord,
  SimpleLogRecordProcessor,
} from '@opentelemetry/sdk-logs';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import {
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
  type SpanProcessor,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { GenAiLogProcessor, type GenAiOptions, GenAiProcessor } from '../../processors/genai/index.ts';
import { type MetricPoint, pointsOf } from './metric-points.ts';
import { SpanAssertions } from './span-assertions.ts';

/** Options of {@link createTestBox}. */
export interface TestBoxOptions {
  /** Options of the GenAI processors, or false to leave them out. Default: theirs. */
  readonly genai?: GenAiOptions | false;
  /** Links of the chain, in order, each handed the next one; they run after the GenAI processor. */
  readonly spanProcessors?: readonly ((next: SpanProcessor) => SpanProcessor)[];
  readonly logProcessors?: readonly ((next: LogRecordProcessor) => LogRecordProcessor)[];
  /** Make the providers the global ones until `dispose()`. Default true. */
  readonly register?: boolean;
  /** `service.name`. Default `test`. */
  readonly serviceName?: string;
}

/** A complete SDK in memory. */
export interface TestBox {
  readonly tracerProvider: TracerProvider;
  readonly meterProvider: MeterProvider;
  readonly loggerProvider: LoggerProvider;
  /** The ended spans, as an exporter would get them, in the order of their start. */
  spans(): ReadableSpan[];
  /** The log records, as an exporter would get them. */
  logs(): readonly ReadableLogRecord[];
  /** Every data point of every metric, totals since the start or the last reset. */
  metrics(): Promise<MetricPoint[]>;
  /** Assertions over the spans of now. */
  assertSpans(): SpanAssertions;
  /** Forgets spans and logs; totals of metrics stay. */
  reset(): void;
  /** Ends everything and gives the global API back. */
  dispose(): Promise<void>;
}

/**
 * An SDK for unit tests: nothing leaves the process, everything can be asked for right after it
 * happened.
 *
 * @example
 * const box = createTestBox();
 * await answer('hello');
 * box.assertSpans().named('chat gpt-4o').exists().hasAttribute('gen_ai.usage.input_tokens', 30);
 * await box.dispose();
 */
export function createTestBox(options: TestBoxOptions = {}): TestBox {
  const order = new StartOrder();
  const spanExporter = new InMemorySpanExporter();
  const logExporter = new InMemoryLogRecordExporter();
  const metricExporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const resource = resourceFromAttributes({ 'service.name': options.serviceName ?? 'test' });
  const reader = new PeriodicExportingMetricReader({
    exporter: metricExporter,
    exportIntervalMillis: 2 ** 31 - 1,
    exportTimeoutMillis: 10_000,
  });
  const meterProvider = new MeterProvider({ resource, readers: [reader] });
  const genai = options.genai === false ? undefined : { meterProvider, ...options.genai };
  const tracerProvider = new TracerProvider({
    resource,
    spanProcessors: [order, spanChain(new SimpleSpanProcessor({ exporter: spanExporter }), options, genai)],
  });
  const loggerProvider = new LoggerProvider({
    resource,
    processors: [logChain(new SimpleLogRecordProcessor({ exporter: logExporter }), options, genai)],
  });
  const unregister =
    options.register === false ? () => {} : register({ tracerProvider, meterProvider, loggerProvider });
  const spans = () => spanExporter.getFinishedSpans().toSorted(order.compare);
  return {
    tracerProvider,
    meterProvider,
    loggerProvider,
    spans,
    logs: () => logExporter.getFinishedLogRecords(),
    async metrics() {
      metricExporter.reset();
      await reader.forceFlush();
      return pointsOf(metricExporter.getMetrics());
    },
    assertSpans: () => new SpanAssertions(spans()),
    reset() {
      order.reset();
      spanExporter.reset();
      logExporter.reset();
    },
    async dispose() {
      unregister();
      await Promise.all([tracerProvider.shutdown(), loggerProvider.shutdown(), meterProvider.shutdown()]);
    },
  };
}

function spanChain(
  last: SpanProcessor,
  options: TestBoxOptions,
  genai: GenAiOptions | undefined,
): SpanProcessor {
  const links = options.spanProcessors ?? [];
  const chain = links.toReversed().reduce((next, link) => link(next), last);
  return genai ? new GenAiProcessor(chain, genai) : chain;
}

function logChain(
  last: LogRecordProcessor,
  options: TestBoxOptions,
  genai: GenAiOptions | undefined,
): LogRecordProcessor {
  const links = options.logProcessors ?? [];
  const chain = links.toReversed().reduce((next, link) => link(next), last);
  return genai ? new GenAiLogProcessor(chain, genai) : chain;
}

/** Knows in which order spans began: start times alone are as coarse as the clock, a millisecond. */
class StartOrder implements SpanProcessor {
  private readonly sequence = new Map<string, number>();

  readonly compare = (a: ReadableSpan, b: ReadableSpan): number =>
    a.startTime[0] - b.startTime[0] || a.startTime[1] - b.startTime[1] || this.place(a) - this.place(b);

  onStart(span: ReadableSpan): void {
    this.sequence.set(span.spanContext().spanId, this.sequence.size);
  }

  onEnd(): void {}

  reset(): void {
    this.sequence.clear();
  }

  async forceFlush(): Promise<void> {}

  async shutdown(): Promise<void> {}

  private place(span: ReadableSpan): number {
    return this.sequence.get(span.spanContext().spanId) ?? 0;
  }
}

type Providers = Pick<TestBox, 'tracerProvider' | 'meterProvider' | 'loggerProvider'>;

function register({ tracerProvider, meterProvider, loggerProvider }: Providers): () => void {
  const manager = new AsyncLocalStorageContextManager().enable();
  const propagators = [new W3CTraceContextPropagator(), new W3CBaggagePropagator()];
  context.setGlobalContextManager(manager);
  propagation.setGlobalPropagator(new CompositePropagator({ propagators }));
  trace.setGlobalTracerProvider(tracerProvider);
  metrics.setGlobalMeterProvider(meterProvider);
  logs.setGlobalLoggerProvider(loggerProvider);
  return () => {
    for (const api of [trace, metrics, logs, context, propagation]) api.disable();
  };
}
