import type { HrTime } from '@opentelemetry/api';
import type { ProtobufWriter } from './protobuf-writer.ts';

/** The field of a scope that holds its spans, metrics or log records. */
export const RECORD = 0x12;

/** A time as a fixed64 field, in nanoseconds since the epoch. */
export function writeTime(writer: ProtobufWriter, tag: number, [seconds, nanos]: HrTime): void {
  writer.byte(tag);
  writer.nanoseconds(seconds, nanos);
}

/** A count as a field; nothing for 0, which is what absence means. */
export function writeCount(writer: ProtobufWriter, tag: number, count: number | undefined): void {
  if (!count) return;
  writer.byte(tag);
  writer.int64(count);
}

/** Text as a field; nothing for an empty one, which is what absence means. */
export function writeText(writer: ProtobufWriter, tag: number, text: string | undefined): void {
  if (!text) return;
  writer.byte(tag);
  writer.string(text);
}

/** An id as bytes; nothing for an empty one. */
export function writeId(writer: ProtobufWriter, tag: number, id: string | undefined): void {
  if (!id) return;
  writer.byte(tag);
  writer.hex(id);
}

/** A number as a fixed64 field, in two's complement. */
export function writeFixed64(writer: ProtobufWriter, tag: number, value: number): void {
  writer.byte(tag);
  writer.fixed64(value);
}

/** A float64 as a field; nothing for undefined. */
export function writeDouble(writer: ProtobufWriter, tag: number, value: number | undefined): void {
  if (value === undefined) return;
  writer.byte(tag);
  writer.double(value);
}
