import type { Attributes, HrTime } from '@opentelemetry/api';
import {
  AggregationTemporality,
  type DataPoint,
  DataPointType,
  type ExponentialHistogram,
  type Histogram,
  InstrumentType,
  type MetricData,
  type PushMetricExporter,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics';
import type { PlainExporter } from './plain-sender.ts';

type Point = DataPoint<number | Histogram | ExponentialHistogram>;

/** True if an exporter wants counters as differences. */
export function wantsDelta(exporter: PlainExporter): boolean {
  const { selectAggregationTemporality } = exporter as Partial<PushMetricExporter>;
  const choice = selectAggregationTemporality?.call(exporter as PushMetricExporter, InstrumentType.COUNTER);
  return choice === AggregationTemporality.DELTA;
}

/** The later of two collections. */
export function newerMetrics(a: ResourceMetrics, b: ResourceMetrics | undefined): ResourceMetrics {
  return b && isAfter(endOf(b), endOf(a)) ? b : a;
}

/**
 * Running totals as the differences to an earlier collection, for a backend that adds up what it gets.
 * What began anew in between counts in full, and what the earlier collection holds already is left out.
 * Minimum and maximum of a histogram are those of all time, so they are left out too.
 * Source: OpenTelemetry metrics data model, "Resets and Gaps" and "Temporality".
 */
export function toDelta(metrics: ResourceMetrics, base: ResourceMetrics | undefined): ResourceMetrics {
  const before = new Map<string, Point>();
  for (const [key, point] of base ? points(base) : []) before.set(key, point);
  const scopeMetrics = metrics.scopeMetrics.map(({ scope, metrics: all }) => ({
    scope,
    metrics: all.map((metric) => {
      if (!isRunningTotal(metric)) return metric;
      const dataPoints = (metric.dataPoints as Point[]).flatMap(
        (point) => difference(point, before.get(keyOf(scope, metric, point.attributes))) ?? [],
      );
      return { ...metric, aggregationTemporality: AggregationTemporality.DELTA, dataPoints } as MetricData;
    }),
  }));
  return { resource: metrics.resource, scopeMetrics };
}

function isRunningTotal(metric: MetricData): boolean {
  if (metric.aggregationTemporality !== AggregationTemporality.CUMULATIVE) return false;
  if (metric.dataPointType === DataPointType.SUM) return metric.isMonotonic;
  return metric.dataPointType !== DataPointType.GAUGE;
}

function* points({ scopeMetrics }: ResourceMetrics): Iterable<[string, Point]> {
  for (const { scope, metrics } of scopeMetrics) {
    for (const metric of metrics.filter(isRunningTotal)) {
      for (const point of metric.dataPoints as Point[]) yield [keyOf(scope, metric, point.attributes), point];
    }
  }
}

function keyOf(
  scope: { readonly name: string; readonly version?: string },
  { descriptor }: MetricData,
  attributes: Attributes,
): string {
  const sorted = Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([scope.name, scope.version, descriptor.name, descriptor.unit, sorted]);
}

function difference(point: Point, before: Point | undefined): Point | undefined {
  if (!before || isAfter(point.startTime, before.startTime)) return point;
  if (isAfter(before.endTime, point.endTime)) return undefined;
  const value = minus(point.value, before.value);
  if (value === undefined) return undefined;
  return { ...point, startTime: before.endTime, value };
}

/** Undefined if nothing was added. */
function minus(now: Point['value'], before: Point['value']): Point['value'] | undefined {
  if (typeof now === 'number' || typeof before === 'number') {
    const added = (now as number) - (before as number);
    return added > 0 ? added : undefined;
  }
  const count = now.count - before.count;
  if (count <= 0) return undefined;
  const { min: _min, max: _max, ...rest } = now;
  const common = { count, ...sumOf(now, before) };
  if ('scale' in rest) return { ...rest, ...common, ...exponential(rest, before as ExponentialHistogram) };
  const { boundaries, counts } = rest.buckets;
  const old = (before as Histogram).buckets.counts;
  return {
    ...rest,
    ...common,
    buckets: { boundaries, counts: counts.map((value, index) => value - (old[index] ?? 0)) },
  };
}

function sumOf(now: { sum?: number }, before: { sum?: number }): { sum?: number } {
  return now.sum === undefined || before.sum === undefined ? {} : { sum: now.sum - before.sum };
}

/** Buckets only ever become wider, so the earlier ones are brought to the later scale. */
function exponential(now: ExponentialHistogram, before: ExponentialHistogram): Partial<ExponentialHistogram> {
  const shift = before.scale - now.scale;
  const side = (name: 'positive' | 'negative'): ExponentialHistogram['positive'] => {
    const { offset, bucketCounts } = now[name];
    const counts = [...bucketCounts];
    for (const [index, count] of before[name].bucketCounts.entries()) {
      const at = ((before[name].offset + index) >> shift) - offset;
      if (counts[at] !== undefined) counts[at] -= count;
    }
    return { offset, bucketCounts: counts };
  };
  return {
    positive: side('positive'),
    negative: side('negative'),
    zeroCount: now.zeroCount - before.zeroCount,
  };
}

function endOf({ scopeMetrics }: ResourceMetrics): HrTime {
  let end: HrTime = [0, 0];
  for (const { metrics } of scopeMetrics) {
    for (const { dataPoints } of metrics) {
      for (const { endTime } of dataPoints) if (isAfter(endTime, end)) end = endTime;
    }
  }
  return end;
}

function isAfter(a: HrTime, b: HrTime): boolean {
  return a[0] > b[0] || (a[0] === b[0] && a[1] > b[1]);
}
