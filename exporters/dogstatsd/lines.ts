import type { HrTime } from '@opentelemetry/api';
import {
  AggregationTemporality,
  type DataPoint,
  DataPointType,
  type ExponentialHistogram,
  type Histogram,
  type MetricData,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics';
import { explicitValues, exponentialValues, rateOf, type Weighted } from './distribution.ts';
import { metricName } from './names.ts';
import type { Packer } from './packer.ts';
import { type Origin, originFields, resourceTags, seriesTags } from './tags.ts';

export interface LineOptions {
  readonly origin: Origin;
  /** Send `.count`, `.sum`, `.min` and `.max` of histograms. */
  readonly aggregates: boolean;
  /** Send the time of counts and gauges. */
  readonly timestamps: boolean;
}

/** Writes metrics as DogStatsD lines; see docs/datadog.md for the table. */
export class LineWriter {
  private readonly origin: string;
  /** Metrics that arrived as running totals, which would be counted again and again. */
  cumulative = 0;

  constructor(private readonly options: LineOptions) {
    this.origin = originFields(options.origin);
  }

  write({ resource, scopeMetrics }: ResourceMetrics, packer: Packer): void {
    const common = resourceTags(resource, this.options.origin.podUid);
    for (const { metrics } of scopeMetrics) for (const metric of metrics) this.metric(metric, common, packer);
  }

  private metric(metric: MetricData, common: readonly string[], packer: Packer): void {
    const name = metricName(metric.descriptor.name);
    const cumulative = metric.aggregationTemporality === AggregationTemporality.CUMULATIVE;
    switch (metric.dataPointType) {
      case DataPointType.GAUGE:
        for (const point of metric.dataPoints) this.scalar(name, point, 'g', common, packer);
        return;
      case DataPointType.SUM:
        if (cumulative && metric.isMonotonic) this.cumulative++;
        else {
          const type = cumulative ? 'g' : 'c';
          for (const point of metric.dataPoints) this.scalar(name, point, type, common, packer);
        }
        return;
      case DataPointType.HISTOGRAM:
        if (cumulative) this.cumulative++;
        else
          for (const point of metric.dataPoints)
            this.histogram(name, point, explicitValues(point.value), common, packer);
        return;
      case DataPointType.EXPONENTIAL_HISTOGRAM:
        if (cumulative) this.cumulative++;
        else
          for (const point of metric.dataPoints)
            this.histogram(name, point, exponentialValues(point.value), common, packer);
    }
  }

  private scalar(
    name: string,
    { value, attributes, endTime }: DataPoint<number>,
    type: 'c' | 'g',
    common: readonly string[],
    packer: Packer,
  ): void {
    if (!Number.isFinite(value)) return;
    packer.add(`${name}:${value}|${type}${this.rest(seriesTags(attributes, common), endTime)}`);
  }

  private histogram(
    name: string,
    { value, attributes, endTime }: DataPoint<Histogram | ExponentialHistogram>,
    values: readonly Weighted[],
    common: readonly string[],
    packer: Packer,
  ): void {
    if (value.count === 0) return;
    const tags = seriesTags(attributes, common);
    const rest = this.rest(tags);
    for (const [count, group] of byCount(values)) {
      packer.addPacked(name, group, `|d${count === 1 ? '' : `|@${rateOf(count)}`}${rest}`);
    }
    if (!this.options.aggregates) return;
    const timed = this.rest(tags, endTime);
    packer.add(`${name}.count:${value.count}|c${timed}`);
    if (isNumber(value.sum)) packer.add(`${name}.sum:${value.sum}|c${timed}`);
    if (isNumber(value.min)) packer.add(`${name}.min:${value.min}|g${timed}`);
    if (isNumber(value.max)) packer.add(`${name}.max:${value.max}|g${timed}`);
  }

  /** What follows type and rate; the time only where the protocol takes one (1.3: counts and gauges). */
  private rest(tags: readonly string[], time?: HrTime): string {
    const list = tags.length > 0 ? `|#${tags.join(',')}` : '';
    return `${list}${this.origin}${time && this.options.timestamps ? `|T${time[0]}` : ''}`;
  }
}

/** Values by how often they occurred: those with the same count share a line. */
function byCount(values: readonly Weighted[]): Map<number, number[]> {
  const groups = new Map<number, number[]>();
  for (const { value, count } of values) {
    const group = groups.get(count);
    if (group) group.push(value);
    else groups.set(count, [value]);
  }
  return groups;
}

function isNumber(value: number | undefined): value is number {
  return value !== undefined && Number.isFinite(value);
}
