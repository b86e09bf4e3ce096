import { TraceFlags } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';
import type { MetricData, ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import type { Signal } from '../../src/core/index.ts';
import type { BatchOf, Packed } from './destination.ts';
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
    count: countItems,
    size: (spans) => sum(spans, sizeOfSpan),
    resource: ([span]) => span?.resource,
    list: (spans) => spans,
    single: (span) => [span as ReadableSpan],
    isSampled: (span) => ((span as ReadableSpan).spanContext().traceFlags & TraceFlags.SAMPLED) !== 0,
    halve: halveList,
  },
  logs: {
    signal: 'logs',
    count: countItems,
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

function halveList<T extends object>(items: readonly T[]): readonly [readonly T[], readonly T[]] | undefined {
  const count = countItems(items);
  if (count < 2) return undefined;
  const first: T[] = [];
  let left = count >> 1;
  for (const [index, item] of items.entries()) {
    const size = itemsIn(item);
    if (size > left) {
      if (left === 0) return [first, items.slice(index)];
      const [head, tail] = (item as T & Packed).splitAt(left) as readonly [object, object] as readonly [T, T];
      return [
        [...first, head],
        [tail, ...items.slice(index + 1)],
      ];
    }
    first.push(item);
    left -= size;
  }
  return undefined;
}

/** Items in a list; what is packed stands for several. */
function countItems(items: readonly object[]): number {
  let count = 0;
  for (const item of items) count += itemsIn(item);
  return count;
}

function itemsIn(item: Partial<Packed>): number {
  return item.packedItems ?? 1;
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
