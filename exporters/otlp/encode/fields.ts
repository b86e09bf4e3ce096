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

/** The same for ids that many records in a row have: repeated from where it was written last. */
export class RepeatedId {
  private id = '';
  private epoch = -1;
  private start = 0;
  private end = 0;

  constructor(
    private readonly writer: ProtobufWriter,
    private readonly tag: number,
  ) {}

  write(id: string | undefined): void {
    const { writer } = this;
    if (!id) return;
    if (id === this.id && this.epoch === writer.epoch) {
      writer.again(this.start, this.end);
      return;
    }
    this.start = writer.position;
    writeId(writer, this.tag, id);
    this.end = writer.position;
    this.id = id;
    this.epoch = writer.epoch;
  }
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
