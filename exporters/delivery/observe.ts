import type { LogRecordExporter, ReadableLogRecord } from '@opentelemetry/sdk-logs';
import type { PushMetricExporter, ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import type { Host } from '../../src/core/index.ts';
import type { DestinationHealth } from './health.ts';
import { ObservedExporter } from './observed-export.ts';

/** What the observing wrappers need beside the exporter. */
export interface ObserveOptions {
  readonly health: DestinationHealth;
  readonly host: Pick<Host, 'after'>;
  /** Milliseconds one export may take; 0 for no limit. */
  readonly timeout: number;
}

/** The exporter, with each result told to the health of its destination. */
export function observeSpans(exporter: SpanExporter, options: ObserveOptions): SpanExporter {
  return new ObservedExporter<ReadableSpan[]>(exporter, { ...options, signal: 'traces', count: lengthOf });
}

/** The exporter, with each result told to the health of its destination. */
export function observeLogs(exporter: LogRecordExporter, options: ObserveOptions): LogRecordExporter {
  return new ObservedExporter<ReadableLogRecord[]>(exporter, { ...options, signal: 'logs', count: lengthOf });
}

/** The exporter, with each result told to the health of its destination. Its preferences stay. */
export function observeMetrics(exporter: PushMetricExporter, options: ObserveOptions): PushMetricExporter {
  const observed: PushMetricExporter = new ObservedExporter<ResourceMetrics>(exporter, {
    ...options,
    signal: 'metrics',
    count: countDataPoints,
  });
  // The SDK looks whether these two exist, so an exporter without them must stay without.
  if (exporter.selectAggregation) {
    observed.selectAggregation = exporter.selectAggregation.bind(exporter);
  }
  if (exporter.selectAggregationTemporality) {
    observed.selectAggregationTemporality = exporter.selectAggregationTemporality.bind(exporter);
  }
  return observed;
}

function lengthOf(items: readonly unknown[]): number {
  return items.length;
}

function countDataPoints({ scopeMetrics }: ResourceMetrics): number {
  let count = 0;
  for (const { metrics } of scopeMetrics) for (const { dataPoints } of metrics) count += dataPoints.length;
  return count;
}
