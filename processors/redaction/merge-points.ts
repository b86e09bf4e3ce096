import type { Attributes } from '@opentelemetry/api';
import {
  type DataPoint,
  DataPointType,
  type ExponentialHistogram,
  type Histogram,
  type MetricData,
} from '@opentelemetry/sdk-metrics';
import { both, mergeExponential } from './merge-exponential.ts';

/**
 * Points whose attributes became equal, as one point: backends refuse two points of one series, and
 * sums must stay what was recorded. Sums and histograms add up, of gauges the latest counts.
 * Histograms of different bounds are left as they are.
 */
export function mergePoints(metric: MetricData): MetricData {
  switch (metric.dataPointType) {
    case DataPointType.SUM:
      return {
        ...metric,
        dataPoints: merge(metric.dataPoints, (a, b) => ({ ...a, ...span(a, b), value: a.value + b.value })),
      };
    case DataPointType.GAUGE:
      return {
        ...metric,
        dataPoints: merge(metric.dataPoints, (a, b) => (isLater(b.endTime, a.endTime) ? b : a)),
      };
    case DataPointType.HISTOGRAM:
      return { ...metric, dataPoints: merge(metric.dataPoints, mergeHistograms) };
    case DataPointType.EXPONENTIAL_HISTOGRAM:
      return {
        ...metric,
        dataPoints: merge(metric.dataPoints, (a, b) => ({
          ...a,
          ...span(a, b),
          value: mergeExponential(a.value, b.value),
        })),
      };
    default:
      return metric;
  }
}

function merge<T>(
  points: DataPoint<T>[],
  join: (a: DataPoint<T>, b: DataPoint<T>) => DataPoint<T> | undefined,
): DataPoint<T>[] {
  const merged = new Map<string, DataPoint<T>>();
  for (const point of points) {
    let key = seriesKey(point.attributes);
    const other = merged.get(key);
    const joined = other && join(other, point);
    if (other && !joined) key += `#${merged.size}`;
    merged.set(key, joined ?? point);
  }
  return [...merged.values()];
}

function seriesKey(attributes: Attributes): string {
  return JSON.stringify(Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function mergeHistograms(a: DataPoint<Histogram>, b: DataPoint<Histogram>): DataPoint<Histogram> | undefined {
  const { boundaries, counts } = a.value.buckets;
  const other = b.value.buckets;
  if (
    boundaries.length !== other.boundaries.length ||
    boundaries.some((bound, i) => bound !== other.boundaries[i])
  )
    return undefined;
  const value: Histogram = {
    buckets: { boundaries, counts: counts.map((count, index) => count + (other.counts[index] as number)) },
    count: a.value.count + b.value.count,
    ...both('sum', a.value, b.value, (x, y) => x + y),
    ...both('min', a.value, b.value, Math.min),
    ...both('max', a.value, b.value, Math.max),
  };
  return { ...a, ...span(a, b), value };
}

type Point = DataPoint<number> | DataPoint<Histogram> | DataPoint<ExponentialHistogram>;

/** From the earlier start to the later end. */
function span(a: Point, b: Point): Pick<Point, 'startTime' | 'endTime'> {
  return {
    startTime: isLater(a.startTime, b.startTime) ? b.startTime : a.startTime,
    endTime: isLater(b.endTime, a.endTime) ? b.endTime : a.endTime,
  };
}

function isLater(a: readonly [number, number], b: readonly [number, number]): boolean {
  return a[0] > b[0] || (a[0] === b[0] && a[1] > b[1]);
}
