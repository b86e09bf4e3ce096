import { MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import { type SpanExporter, TracerProvider } from '@opentelemetry/sdk-trace';
import { createSpanDelivery, observeDeliveries } from '../../../exporters/index.ts';
import type { Outcome } from '../../../src/core/index.ts';
import { manualHost } from '../support/manual-host.ts';

class PullReader extends MetricReader {
  protected async onShutdown(): Promise<void> {}
  protected async onForceFlush(): Promise<void> {}
}

test('the metrics are the books: every item once, by what became of it', async () => {
  const { host } = manualHost();
  const never = new Promise<Outcome>(() => {});
  const answers: (Outcome | Promise<Outcome>)[] = [
    { kind: 'delivered' },
    { kind: 'delivered', rejected: 1 },
    { kind: 'rejected', reason: '400' },
    never,
  ];
  const destination = {
    encode: () => new Uint8Array(1),
    send: async () => (await answers.shift()) as Outcome,
    shutdown: async () => {},
  };
  const batch = { queueSize: 5, batchSize: 2, delay: 1_000, timeout: 1_000 };
  const processor = createSpanDelivery({ destination } as unknown as SpanExporter, batch, host, {
    name: 'otlp',
    options: { concurrency: 1 },
  });
  const reader = new PullReader();
  const meter = new MeterProvider({ readers: [reader] }).getMeter('test');
  observeDeliveries(meter, [processor.delivery as never]);
  const tracer = new TracerProvider({ spanProcessors: [processor] }).getTracer('t');
  for (let round = 0; round < 3; round++) {
    for (let index = 0; index < 2; index++) tracer.startSpan('s').end();
    await processor.forceFlush();
  }
  for (let index = 0; index < 7; index++) tracer.startSpan('s').end();
  await new Promise((resolve) => setImmediate(resolve));

  const { resourceMetrics } = await reader.collect();
  const values: Record<string, number> = {};
  for (const { descriptor, dataPoints } of resourceMetrics.scopeMetrics.flatMap(({ metrics }) => metrics)) {
    for (const { value, attributes } of dataPoints) {
      const why = attributes['error.type'] ?? attributes.reason;
      const key = why === undefined ? descriptor.name : `${descriptor.name}{${String(why)}}`;
      values[key] = typeof value === 'number' ? value : value.count;
      expect(attributes).toMatchObject({ 'otel.component.name': 'otlp/traces' });
    }
  }
  expect(values).toEqual({
    'otel.sdk.exporter.span.inflight': 2,
    'otel.sdk.exporter.span.exported': 3,
    'otel.sdk.exporter.span.exported{rejected}': 3,
    'otel.sdk.processor.span.queue.size': 5,
    'otel.sdk.processor.span.queue.capacity': 5,
    'otel.sdk.processor.span.processed': 6,
    'otel.sdk.processor.span.processed{queue_full}': 2,
    'signalbox.delivery.accepted': 13,
    'signalbox.delivery.dropped{queue_full}': 2,
    'signalbox.delivery.dropped{shutdown}': 0,
    'signalbox.delivery.dropped{unconfirmed}': 0,
    'signalbox.delivery.dropped{exit}': 0,
    'signalbox.delivery.dropped{spool_full}': 0,
    'signalbox.delivery.dropped{spool_expired}': 0,
    'signalbox.delivery.dropped{spool_corrupt}': 0,
    'signalbox.delivery.spooled': 0,
    'signalbox.delivery.recovered': 0,
    'signalbox.delivery.rejected': 3,
    'signalbox.delivery.retries': 0,
    'signalbox.delivery.queue.bytes': expect.any(Number),
    'signalbox.delivery.breaker': 0,
    'signalbox.delivery.degraded': 1,
    'otel.sdk.exporter.operation.duration': 2,
    'otel.sdk.exporter.operation.duration{rejected}': 1,
  });
});
