import type { DataPoint, ExponentialHistogram } from '@opentelemetry/sdk-metrics';
import { AttributeWriter } from './attributes.ts';
import { writeDouble, writeFixed64, writeTime } from './fields.ts';
import type { ProtobufWriter } from './protobuf-writer.ts';

/** Number and wire type of the fields. Source: opentelemetry-proto, metrics.proto. */
const POINT = {
  attributes: 0x0a,
  start: 0x11,
  time: 0x19,
  count: 0x21,
  sum: 0x29,
  scale: 0x30,
  zeroCount: 0x39,
  positive: 0x42,
  negative: 0x4a,
  min: 0x61,
  max: 0x69,
} as const;

const BUCKETS = { offset: 0x08, counts: 0x12 } as const;

/** Writes the points of exponential histograms as OTLP's `ExponentialHistogramDataPoint`. */
export class ExponentialEncoder {
  private readonly attributes: AttributeWriter;

  constructor(private readonly writer: ProtobufWriter) {
    this.attributes = new AttributeWriter(writer, POINT.attributes);
  }

  write({ startTime, endTime, value, attributes }: DataPoint<ExponentialHistogram>): void {
    const { writer } = this;
    this.attributes.write(attributes);
    writeTime(writer, POINT.start, startTime);
    writeTime(writer, POINT.time, endTime);
    writeFixed64(writer, POINT.count, value.count);
    writeDouble(writer, POINT.sum, value.sum);
    if (value.scale !== 0) {
      writer.byte(POINT.scale);
      writer.sint32(value.scale);
    }
    writeFixed64(writer, POINT.zeroCount, value.zeroCount);
    this.buckets(POINT.positive, value.positive);
    this.buckets(POINT.negative, value.negative);
    writeDouble(writer, POINT.min, value.min);
    writeDouble(writer, POINT.max, value.max);
  }

  private buckets(tag: number, { offset, bucketCounts }: ExponentialHistogram['positive']): void {
    const { writer } = this;
    writer.byte(tag);
    const start = writer.open(1);
    if (offset !== 0) {
      writer.byte(BUCKETS.offset);
      writer.sint32(offset);
    }
    if (bucketCounts.length > 0) {
      writer.byte(BUCKETS.counts);
      const counts = writer.open(1);
      for (const count of bucketCounts) writer.int64(count);
      writer.close(counts, 1);
    }
    writer.close(start, 1);
  }
}
