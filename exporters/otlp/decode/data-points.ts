import type { Attributes, HrTime } from '@opentelemetry/api';
import type { DataPoint, ExponentialHistogram, Histogram } from '@opentelemetry/sdk-metrics';
import type { Point } from './metrics.ts';
import { type ProtobufReader, WIRE } from './protobuf.ts';
import { hrTime, readAttribute } from './values.ts';

/** What all points have; an SDK's data point, still to be filled. */
interface Draft<T> extends Omit<DataPoint<T>, 'startTime' | 'endTime'> {
  startTime: HrTime;
  endTime: HrTime;
  attributes: Attributes;
  value: T;
}

function draft<T>(value: T): Draft<T> {
  return { startTime: [0, 0], endTime: [0, 0], attributes: {}, value };
}

/** `NumberDataPoint` of opentelemetry-proto `metrics.proto`. */
export function readNumberPoint(reader: ProtobufReader): Point {
  const point = draft(0);
  let isInteger = false;
  while (reader.next()) {
    if (readTimes(reader, point)) continue;
    if (reader.field === 4) point.value = reader.double();
    else if (reader.field === 6) {
      point.value = Number(reader.sfixed64());
      isInteger = true;
    } else if (reader.field === 7) readAttribute(reader, point.attributes);
  }
  return { point, isInteger };
}

/** `HistogramDataPoint` of opentelemetry-proto `metrics.proto`. */
export function readDistributionPoint(reader: ProtobufReader): Point {
  const value: Histogram = { buckets: { boundaries: [], counts: [] }, count: 0 };
  const point = draft(value);
  while (reader.next()) {
    if (readTimes(reader, point)) continue;
    if (reader.field === 4) value.count = Number(reader.fixed64());
    else if (reader.field === 5) value.sum = reader.double();
    else if (reader.field === 6) {
      value.buckets.counts.push(...reader.packed(WIRE.fixed64, (packed) => Number(packed.fixed64())));
    } else if (reader.field === 7) {
      value.buckets.boundaries.push(...reader.packed(WIRE.fixed64, (packed) => packed.double()));
    } else if (reader.field === 9) readAttribute(reader, point.attributes);
    else if (reader.field === 11) value.min = reader.double();
    else if (reader.field === 12) value.max = reader.double();
  }
  return { point, isInteger: false };
}

/** `ExponentialHistogramDataPoint` of opentelemetry-proto `metrics.proto`. */
export function readExponentialPoint(reader: ProtobufReader): Point {
  const empty = () => ({ offset: 0, bucketCounts: [] as number[] });
  const value: ExponentialHistogram = {
    count: 0,
    scale: 0,
    zeroCount: 0,
    positive: empty(),
    negative: empty(),
  };
  const point = draft(value);
  while (reader.next()) {
    if (readTimes(reader, point)) continue;
    if (reader.field === 1) readAttribute(reader, point.attributes);
    else if (reader.field === 4) value.count = Number(reader.fixed64());
    else if (reader.field === 5) value.sum = reader.double();
    else if (reader.field === 6) value.scale = reader.sint();
    else if (reader.field === 7) value.zeroCount = Number(reader.fixed64());
    else if (reader.field === 8) value.positive = readBuckets(reader.message());
    else if (reader.field === 9) value.negative = readBuckets(reader.message());
    else if (reader.field === 12) value.min = reader.double();
    else if (reader.field === 13) value.max = reader.double();
  }
  return { point, isInteger: false };
}

function readBuckets(reader: ProtobufReader): ExponentialHistogram['positive'] {
  const buckets: ExponentialHistogram['positive'] = { offset: 0, bucketCounts: [] };
  while (reader.next()) {
    if (reader.field === 1) buckets.offset = reader.sint();
    else if (reader.field === 2) {
      buckets.bucketCounts.push(...reader.packed(WIRE.varint, (packed) => packed.uint()));
    }
  }
  return buckets;
}

/** Fields 2 and 3 of every kind of point. */
function readTimes(reader: ProtobufReader, point: Draft<unknown>): boolean {
  if (reader.field === 2) point.startTime = hrTime(reader.fixed64());
  else if (reader.field === 3) point.endTime = hrTime(reader.fixed64());
  else return false;
  return true;
}
