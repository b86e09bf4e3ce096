import type { LogRecordExporter, LogRecordProcessor } from '@opentelemetry/sdk-logs';
import type { IMetricReader, PushMetricExporter } from '@opentelemetry/sdk-metrics';
import type { SpanExporter, SpanProcessor } from '@opentelemetry/sdk-trace';
import type { Host } from '../../src/core/index.ts';
import { DestinationHealth } from './health.ts';
import { observeLogs, observeMetrics, observeSpans } from './observe.ts';
import { type BatchOptions, type MetricReaderOptions, NO_LIMIT } from './options.ts';

/**
 * The end of the span pipeline for one destination: gathers spans into batches and exports them,
 * with its own queue, so that one slow destination never holds up another.
 *
 * @param health shared by the signals of the destination
 */
export function createSpanDelivery(
  exporter: SpanExporter,
  batch: BatchOptions,
  host: Host,
  health = new DestinationHealth('span exporter', host),
): SpanProcessor {
  const { BatchSpanProcessor } =
    host.load<typeof import('@opentelemetry/sdk-trace')>('@opentelemetry/sdk-trace');
  const observed = observeSpans(exporter, { health, host, timeout: batch.timeout });
  return new BatchSpanProcessor({ exporter: observed, ...sdkOptions(batch) });
}

/** The end of the log pipeline for one destination; see {@link createSpanDelivery}. */
export function createLogDelivery(
  exporter: LogRecordExporter,
  batch: BatchOptions,
  host: Host,
  health = new DestinationHealth('log exporter', host),
): LogRecordProcessor {
  const { BatchLogRecordProcessor } =
    host.load<typeof import('@opentelemetry/sdk-logs')>('@opentelemetry/sdk-logs');
  const observed = observeLogs(exporter, { health, host, timeout: batch.timeout });
  return new BatchLogRecordProcessor({ exporter: observed, ...sdkOptions(batch) });
}

/**
 * The end of the metric pipeline for one destination: reads all metrics at the interval and exports
 * them. A destination that is read from outside (Prometheus) is a reader already and stays as it is.
 */
export function createMetricReader(
  exporter: PushMetricExporter | IMetricReader,
  { interval, timeout }: MetricReaderOptions,
  host: Host,
  health = new DestinationHealth('metric exporter', host),
): IMetricReader {
  if (isReader(exporter)) return exporter;
  const { PeriodicExportingMetricReader } = host.load<typeof import('@opentelemetry/sdk-metrics')>(
    '@opentelemetry/sdk-metrics',
  );
  // The SDK throws if the timeout is longer than the interval.
  const limit = Math.min(timeout || interval, interval);
  return new PeriodicExportingMetricReader({
    exporter: observeMetrics(exporter, { health, host, timeout: Math.max(1, limit - 1) }),
    exportIntervalMillis: interval,
    exportTimeoutMillis: limit,
  });
}

function isReader(exporter: PushMetricExporter | IMetricReader): exporter is IMetricReader {
  return 'setMetricProducer' in exporter;
}

/** How much longer the SDK waits than the observed exporter, so that only one of them reports. */
const GRACE = 1_000;

function sdkOptions({ queueSize, batchSize, delay, timeout }: BatchOptions) {
  return {
    maxQueueSize: queueSize,
    maxExportBatchSize: Math.min(batchSize, queueSize),
    scheduledDelayMillis: delay,
    exportTimeoutMillis: timeout === 0 ? NO_LIMIT : Math.min(timeout + GRACE, NO_LIMIT),
  };
}
