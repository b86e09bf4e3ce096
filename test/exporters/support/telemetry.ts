import { SpanKind } from '@opentelemetry/api';
import type { ExportResult } from '@opentelemetry/core';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  InMemoryLogRecordExporter,
  LoggerProvider,
  type ReadableLogRecord,
  SimpleLogRecordProcessor,
} from '@opentelemetry/sdk-logs';
import {
  InstrumentType,
  MeterProvider,
  MetricReader,
  type PushMetricExporter,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics';
import {
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
  TracerProvider,
} from '@opentelemetry/sdk-trace';

const resource = resourceFromAttributes({ 'service.name': 'shop' });
const AT = new Date('2026-11-20T12:31:05.042Z').getTime();

/** Finished spans, made by the SDK: a server span `GET /cart` and its client child `charge` that failed. */
export function someSpans(): ReadableSpan[] {
  const exporter = new InMemorySpanExporter();
  let next = 0;
  const provider = new TracerProvider({
    resource,
    spanProcessors: [new SimpleSpanProcessor({ exporter })],
    idGenerator: {
      generateTraceId: () => '4bf92f3577b34da6a3ce929d0e0e4736',
      generateSpanId: () => `00f067aa0ba902b${++next}`,
    },
  });
  const tracer = provider.getTracer('test');
  const root = tracer.startSpan('GET /cart', {
    kind: SpanKind.SERVER,
    startTime: AT,
    attributes: { 'user.id': 17, 'http.route': '/cart', 'http.response.status_code': 200 },
  });
  root.addEvent('cache miss');
  root.setStatus({ code: 1 });
  root.end(AT + 12.3);
  const failed = tracer.startSpan('charge', { kind: SpanKind.CLIENT, startTime: AT, root: true });
  failed.setStatus({ code: 2, message: 'card\ndeclined' });
  failed.end(AT + 1_234);
  return exporter.getFinishedSpans() as ReadableSpan[];
}

/** Log records, made by the SDK. */
export function someLogs(): ReadableLogRecord[] {
  const exporter = new InMemoryLogRecordExporter();
  const provider = new LoggerProvider({ resource, processors: [new SimpleLogRecordProcessor({ exporter })] });
  provider.getLogger('test').emit({
    timestamp: AT,
    severityNumber: 13,
    severityText: 'WARN',
    body: 'cart is\nempty',
    attributes: { user: 17 },
  });
  return exporter.getFinishedLogRecords() as ReadableLogRecord[];
}

class PullReader extends MetricReader {
  protected async onShutdown(): Promise<void> {}
  protected async onForceFlush(): Promise<void> {}
}

/** Metrics, made by the SDK with the preferences of the exporter: counter 3 then 4, histogram, gauge. */
export async function someMetrics(exporter: Partial<PushMetricExporter> = {}): Promise<ResourceMetrics> {
  const reader = new PullReader({
    ...(exporter.selectAggregation ? { aggregationSelector: exporter.selectAggregation.bind(exporter) } : {}),
    ...(exporter.selectAggregationTemporality
      ? { aggregationTemporalitySelector: exporter.selectAggregationTemporality.bind(exporter) }
      : {}),
  });
  const meter = new MeterProvider({ resource, readers: [reader] }).getMeter('test');
  const counter = meter.createCounter('http.requests', { unit: '{request}' });
  const histogram = meter.createHistogram('http.duration', { unit: 's' });
  counter.add(3, { method: 'GET' });
  await reader.collect();
  counter.add(4, { method: 'GET' });
  histogram.record(0.5);
  histogram.record(1.5);
  meter.createGauge('queue.length').record(12.345678);
  return (await reader.collect()).resourceMetrics;
}

export const INSTRUMENTS = Object.values(InstrumentType);

/** One export as a promise of its result. */
export function exportOnce<T>(
  exporter: { export(items: T, done: (result: ExportResult) => void): void } | undefined,
  items: T,
): Promise<ExportResult> {
  return new Promise((resolve, reject) => {
    if (!exporter) return reject(new Error('no exporter'));
    exporter.export(items, resolve);
  });
}
