import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';
import { writeValue } from './any-value.ts';
import { type AttributeKey, AttributeWriter } from './attributes.ts';
import type { RecordEncoder } from './envelope.ts';
import { writeCount, writeText, writeTime } from './fields.ts';
import type { ProtobufWriter } from './protobuf-writer.ts';
import { type RepeatedField, repeatedId } from './repeated.ts';

/** Number and wire type of the fields. Source: opentelemetry-proto, logs.proto. */
const LOG = {
  time: 0x09,
  severityNumber: 0x10,
  severityText: 0x1a,
  body: 0x2a,
  attributes: 0x32,
  droppedAttributes: 0x38,
  flags: 0x45,
  traceId: 0x4a,
  spanId: 0x52,
  observed: 0x59,
  eventName: 0x62,
} as const;

/** Writes log records as OTLP's `LogRecord`. */
export class LogEncoder implements RecordEncoder<ReadableLogRecord> {
  private readonly attributes: AttributeWriter;
  private readonly traceId: RepeatedField<string>;
  private readonly spanId: RepeatedField<string>;

  constructor(private readonly writer: ProtobufWriter) {
    this.attributes = new AttributeWriter(writer, LOG.attributes);
    this.traceId = repeatedId(writer, LOG.traceId);
    this.spanId = repeatedId(writer, LOG.spanId);
  }

  write(record: ReadableLogRecord, shapes: AttributeKey[][]): void {
    const { writer } = this;
    const { severityText, body, spanContext, eventName } = record;
    writeTime(writer, LOG.time, record.hrTime);
    writeCount(writer, LOG.severityNumber, record.severityNumber);
    writeText(writer, LOG.severityText, severityText);
    if (body !== undefined) writeValue(writer, LOG.body, body);
    if (record.attributes) {
      let [shape] = shapes;
      if (!shape) shapes[0] = shape = [];
      this.attributes.write(record.attributes, shape);
    }
    writeCount(writer, LOG.droppedAttributes, record.droppedAttributesCount);
    if (spanContext) this.context(spanContext);
    writeTime(writer, LOG.observed, record.hrTimeObserved);
    writeText(writer, LOG.eventName, eventName);
  }

  private context({ traceFlags, traceId, spanId }: NonNullable<ReadableLogRecord['spanContext']>): void {
    const { writer } = this;
    if (traceFlags) {
      writer.byte(LOG.flags);
      writer.fixed32(traceFlags);
    }
    this.traceId.write(traceId);
    this.spanId.write(spanId);
  }
}
