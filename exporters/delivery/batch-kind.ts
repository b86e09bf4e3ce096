import { TraceFlags } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';
import type { MetricData, ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import type { Signal } from '../../src/core/index.ts';
import type { BatchOf } from './destination.ts';
import { sizeOfLog, sizeOfMetrics, sizeOfSpan } from './size.ts';

/** What delivery must know about the batches of a signal. */
export interface BatchKind<S extends Signal> {
  readonly signal: S;
  /** Items in it: spans, log records, data points. */
  count(batch: BatchOf[S]): number;
  /** Estimated bytes. */
  size(batch: BatchOf[S]): number;
  /** What all items come from. */
  resource(batch: BatchOf[S]): Resource | undefined;
  /** The items of a batch as they were handed over: metrics come as a whole. */
  list(batch: BatchOf[S]): readonly object[];
  /** An item as a batch of its own. */
  single(item: object): BatchOf[S];
  /** False for a span that is only recorded for statistics. */
  isSampled(item: object): boolean;
  /** Two halves, or undefined if there is only one item. */
  halve(batch: BatchOf[S]): readonly [BatchOf[S], BatchOf[S]] | undefined;
}

export const BATCH_KINDS: { readonly [S in Signal]: BatchKind<S> } = {
  traces: {
    signal: 'traces',
    count: (spans) => spans.length,
    size: (spans) => sum(spans, sizeOfSpan),
    resource: ([span]) => span?.resource,
    list: (spans) => spans,
    single: (span) => [span as ReadableSpan],
    isSampled: (span) => ((span as ReadableSpan).spanContext().traceFlags & TraceFlags.SAMPLED) !== 0,
    halve: halveList,
  },
  logs: {
    signal: 'logs',
    count: (records) => records.length,
    size: (records) => sum(records, sizeOfLog),
    resource: ([record]) => record?.resource,
    list: (records) => records,
    single: (record) => [record as ReadableLogRecord],
    isSampled: () => true,
    halve: halveList,
  },
  metrics: {
    signal: 'metrics',
    count: countDataPoints,
    size: sizeOfMetrics,
    resource: (metrics) => metrics.resource,
    list: (metrics) => [metrics],
    single: (metrics) => metrics as ResourceMetrics,
    isSampled: () => true,
    halve: halveMetrics,
  },
};

function sum<T>(items: readonly T[], sizeOf: (item: T) => number): number {
  let total = 0;
  for (const item of items) total += sizeOf(item);
  return total;
}

function halveList<T>(items: readonly T[]): readonly [readonly T[], readonly T[]] | undefined {
  if (items.length < 2) return undefined;
  const middle = items.length >> 1;
  return [items.slice(0, middle), items.slice(middle)];
}

/** The data points in a batch of metrics. */
export function countDataPoints({ scopeMetrics }: ResourceMetrics): number {
  let count = 0;
  for (const { metrics } of scopeMetrics) for (const { dataPoints } of metrics) count += dataPoints.length;
  return count;
}

/** Halves by data points: a metric may end up in both halves, each with some of its points. */
function halveMetrics(batch: ResourceMetrics): readonly [ResourceMetrics, ResourceMetrics] | undefined {
  const total = countDataPoints(batch);
  if (total < 2) return undefined;
  const middle = total >> 1;
  return [slicePoints(batch, 0, middle), slicePoints(batch, middle, total)];
}

function slicePoints(batch: ResourceMetrics, from: number, to: number): ResourceMetrics {
  let at = 0;
  const scopeMetrics = [];
  for (const { scope, metrics } of batch.scopeMetrics) {
    const kept: MetricData[] = [];
    for (const metric of metrics) {
      const start = Math.max(from - at, 0);
      const end = Math.min(to - at, metric.dataPoints.length);
      at += metric.dataPoints.length;
      if (start < end)
        kept.push({ ...metric, dataPoints: metric.dataPoints.slice(start, end) } as MetricData);
    }
    if (kept.length > 0) scopeMetrics.push({ scope, metrics: kept });
  }
  return { resource: batch.resource, scopeMetrics };
}
