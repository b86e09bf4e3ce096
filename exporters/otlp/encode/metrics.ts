import type { HrTime, ValueType } from '@opentelemetry/api';
import type { DataPoint, ExponentialHistogram, Histogram, MetricData } from '@opentelemetry/sdk-metrics';
import { AttributeWriter } from './attributes.ts';
import type { RecordEncoder } from './envelope.ts';
import { ExponentialEncoder } from './exponential-histogram.ts';
import { writeCount, writeDouble, writeFixed64, writeText, writeTime } from './fields.ts';
import type { ProtobufWriter } from './protobuf-writer.ts';

/** Number and wire type of the fields. Source: opentelemetry-proto, metrics.proto. */
const METRIC = { name: 0x0a, description: 0x12, unit: 0x1a } as const;
const DATA = { points: 0x0a, temporality: 0x10, monotonic: 0x18 } as const;
const NUMBER = { start: 0x11, time: 0x19, double: 0x21, int: 0x31, attributes: 0x3a } as const;
const HISTOGRAM = {
  start: 0x11,
  time: 0x19,
  count: 0x21,
  sum: 0x29,
  counts: 0x32,
  bounds: 0x3a,
  attributes: 0x4a,
  min: 0x59,
  max: 0x61,
} as const;

/** `ValueType.INT`; a plain value, so that the API is not loaded for it. */
const INT: ValueType.INT = 0;

/** OTLP's `AggregationTemporality` counts from 1: 0 is unspecified. */
const FIRST_TEMPORALITY = 1;

/** The SDK's `DataPointType`, as plain values too. */
const TYPE = { histogram: 0, exponentialHistogram: 1, gauge: 2, sum: 3 } as const;

/** The field of a metric that holds the points. */
const DATA_FIELD: Readonly<Record<MetricData['dataPointType'], number>> = {
  [TYPE.histogram]: 0x4a,
  [TYPE.exponentialHistogram]: 0x52,
  [TYPE.gauge]: 0x2a,
  [TYPE.sum]: 0x3a,
};

const NO_BOUNDS: readonly number[] = [];

/** Writes metrics as OTLP's `Metric`. */
export class MetricEncoder implements RecordEncoder<MetricData> {
  private readonly numberAttributes: AttributeWriter;
  private readonly histogramAttributes: AttributeWriter;
  private readonly exponential: ExponentialEncoder;
  /** Bytes that lengths took the last time. */
  private dataRoom = 2;
  private pointRoom = 1;
  private readonly bounds = { of: NO_BOUNDS, epoch: -1, start: 0, end: 0 };

  constructor(private readonly writer: ProtobufWriter) {
    this.numberAttributes = new AttributeWriter(writer, NUMBER.attributes);
    this.histogramAttributes = new AttributeWriter(writer, HISTOGRAM.attributes);
    this.exponential = new ExponentialEncoder(writer);
  }

  write(metric: MetricData): void {
    const { writer, dataRoom } = this;
    const { name, description, unit } = metric.descriptor;
    writeText(writer, METRIC.name, name);
    writeText(writer, METRIC.description, description);
    writeText(writer, METRIC.unit, unit);
    const field = DATA_FIELD[metric.dataPointType];
    // A kind of metric that OTLP does not know.
    if (field === undefined) return;
    writer.byte(field);
    const start = writer.open(dataRoom);
    this.points(metric);
    if (metric.dataPointType !== TYPE.gauge) {
      writeCount(writer, DATA.temporality, metric.aggregationTemporality + FIRST_TEMPORALITY);
    }
    if (metric.dataPointType === TYPE.sum) writeCount(writer, DATA.monotonic, metric.isMonotonic ? 1 : 0);
    this.dataRoom = writer.close(start, dataRoom);
  }

  private points(metric: MetricData): void {
    const { writer } = this;
    const isInt = metric.descriptor.valueType === INT;
    for (const point of metric.dataPoints) {
      const { pointRoom } = this;
      writer.byte(DATA.points);
      const start = writer.open(pointRoom);
      if (metric.dataPointType === TYPE.histogram) this.histogram(point as DataPoint<Histogram>);
      else if (metric.dataPointType === TYPE.exponentialHistogram)
        this.exponential.write(point as DataPoint<ExponentialHistogram>);
      else this.number(point as DataPoint<number>, isInt);
      this.pointRoom = writer.close(start, pointRoom);
    }
  }

  private number({ startTime, endTime, value, attributes }: DataPoint<number>, isInt: boolean): void {
    const { writer } = this;
    writeTimes(writer, startTime, endTime);
    if (isInt) writeFixed64(writer, NUMBER.int, value);
    else writeDouble(writer, NUMBER.double, value);
    this.numberAttributes.write(attributes);
  }

  private histogram({ startTime, endTime, value, attributes }: DataPoint<Histogram>): void {
    const { writer } = this;
    const { count, sum, buckets, min, max } = value;
    writeTimes(writer, startTime, endTime);
    writeFixed64(writer, HISTOGRAM.count, count);
    writeDouble(writer, HISTOGRAM.sum, sum);
    const { counts, boundaries } = buckets;
    if (counts.length > 0) {
      writer.byte(HISTOGRAM.counts);
      writer.varint(counts.length * 8);
      for (const each of counts) writer.fixed64(each);
    }
    this.boundaries(boundaries);
    this.histogramAttributes.write(attributes);
    writeDouble(writer, HISTOGRAM.min, min);
    writeDouble(writer, HISTOGRAM.max, max);
  }

  /** The points of a metric share their boundaries: they are repeated from where they were written last. */
  private boundaries(boundaries: readonly number[]): void {
    const { writer, bounds } = this;
    if (boundaries.length === 0) return;
    if (bounds.of === boundaries && bounds.epoch === writer.epoch) {
      writer.again(bounds.start, bounds.end);
      return;
    }
    bounds.start = writer.position;
    writer.byte(HISTOGRAM.bounds);
    writer.varint(boundaries.length * 8);
    for (const bound of boundaries) writer.double(bound);
    bounds.end = writer.position;
    bounds.of = boundaries;
    bounds.epoch = writer.epoch;
  }
}

/** The two times of a point, which have the same fields in all kinds of points. */
export function writeTimes(writer: ProtobufWriter, start: HrTime, end: HrTime): void {
  writeTime(writer, NUMBER.start, start);
  writeTime(writer, NUMBER.time, end);
}
