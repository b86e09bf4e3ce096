import { ValueType } from '@opentelemetry/api';
import type {
  AggregationTemporality,
  DataPoint,
  DataPointType,
  MetricData,
  ResourceMetrics,
  ScopeMetrics,
} from '@opentelemetry/sdk-metrics';
import { readDistributionPoint, readExponentialPoint, readNumberPoint } from './data-points.ts';
import { groupsOf } from './envelope.ts';
import type { Origins } from './origins.ts';
import { ProtobufReader } from './protobuf.ts';

/** The numbers of `DataPointType` in @opentelemetry/sdk-metrics, which is not loaded for them. */
const TYPE = { histogram: 0, exponential: 1, gauge: 2, sum: 3 } as const;

/** What a field of `Metric` in opentelemetry-proto `metrics.proto` holds, and how its points are read. */
const DATA: Readonly<Record<number, { type: DataPointType; point: (reader: ProtobufReader) => Point }>> = {
  5: { type: TYPE.gauge, point: readNumberPoint },
  7: { type: TYPE.sum, point: readNumberPoint },
  9: { type: TYPE.histogram, point: readDistributionPoint },
  10: { type: TYPE.exponential, point: readExponentialPoint },
};

/** A point, and whether its values are whole numbers. */
export interface Point {
  readonly point: DataPoint<unknown>;
  readonly isInteger: boolean;
}

/** The metrics of an `ExportMetricsServiceRequest` of one resource. @throws RangeError if it is none */
export function readMetrics(request: Uint8Array, origins: Origins): ResourceMetrics {
  let resource: ResourceMetrics['resource'] | undefined;
  const scopeMetrics: ScopeMetrics[] = [];
  for (const group of groupsOf(request, origins)) {
    resource ??= group.resource;
    const metrics = group.items.map((bytes) => readMetric(new ProtobufReader(bytes)));
    scopeMetrics.push({ scope: group.scope, metrics });
  }
  if (!resource) throw new RangeError('no metrics');
  return { resource, scopeMetrics };
}

function readMetric(reader: ProtobufReader): MetricData {
  const metric = { name: '', description: '', unit: '' };
  let data: ReturnType<typeof readData> | undefined;
  while (reader.next()) {
    if (reader.field === 1) metric.name = reader.text();
    else if (reader.field === 2) metric.description = reader.text();
    else if (reader.field === 3) metric.unit = reader.text();
    else data = readData(reader) ?? data;
  }
  if (!data) throw new RangeError('a metric without data');
  const { type, points, isMonotonic, temporality } = data;
  const isInteger = points.length > 0 && points.every((point) => point.isInteger);
  return {
    descriptor: { ...metric, valueType: isInteger ? ValueType.INT : ValueType.DOUBLE },
    aggregationTemporality: temporality,
    dataPointType: type,
    dataPoints: points.map(({ point }) => point),
    ...(type === TYPE.sum ? { isMonotonic } : {}),
  } as MetricData;
}

function readData(reader: ProtobufReader) {
  const kind = DATA[reader.field];
  if (!kind) return undefined;
  const data = reader.message();
  const points: Point[] = [];
  // Delta is 1 in OTLP and 0 in the SDK, cumulative 2 and 1. Gauges have none.
  let temporality: AggregationTemporality = 1;
  let isMonotonic = false;
  while (data.next()) {
    if (data.field === 1) points.push(kind.point(data.message()));
    else if (data.field === 2) temporality = data.uint() === 1 ? 0 : 1;
    else if (data.field === 3) isMonotonic = data.uint() !== 0;
  }
  return { type: kind.type, points, temporality, isMonotonic };
}
