import type { Attributes } from '@opentelemetry/api';
import { DataPointType, type Histogram, type ResourceMetrics } from '@opentelemetry/sdk-metrics';

/** One data point, with the name of its metric. */
export interface MetricPoint {
  readonly name: string;
  readonly unit: string;
  readonly attributes: Attributes;
  /** The value of a counter or gauge; the sum of a histogram. */
  readonly value: number;
  /** Histograms only: how many values. */
  readonly count?: number;
  /** Histograms only: the boundaries of the buckets. */
  readonly boundaries?: readonly number[];
}

/** All data points of all metrics. */
export function pointsOf(collected: readonly ResourceMetrics[]): MetricPoint[] {
  const points: MetricPoint[] = [];
  for (const { scopeMetrics } of collected) {
    for (const { metrics } of scopeMetrics) {
      for (const metric of metrics) {
        const { name, unit } = metric.descriptor;
        for (const { attributes, value } of metric.dataPoints) {
          points.push({ name, unit, attributes, ...readValue(metric.dataPointType, value) });
        }
      }
    }
  }
  return points;
}

function readValue(type: DataPointType, value: unknown): Pick<MetricPoint, 'value' | 'count' | 'boundaries'> {
  if (type !== DataPointType.HISTOGRAM) return { value: typeof value === 'number' ? value : Number.NaN };
  const { sum, count, buckets } = value as Histogram;
  return { value: sum ?? Number.NaN, count, boundaries: buckets.boundaries };
}
