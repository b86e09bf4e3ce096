import type { Link, SpanContext, TraceState } from '@opentelemetry/api';
import type { ReadableSpan, TimedEvent } from '@opentelemetry/sdk-trace';
import { writeKeyValues } from './any-value.ts';
import { type AttributeKey, AttributeWriter } from './attributes.ts';
import type { RecordEncoder } from './envelope.ts';
import { writeCount, writeId, writeText, writeTime } from './fields.ts';
import type { ProtobufWriter } from './protobuf-writer.ts';
import { RepeatedField, RepeatedTexts, repeatedId } from './repeated.ts';

/** Number and wire type of the fields. Source: opentelemetry-proto, trace.proto. */
const SPAN = {
  traceId: 0x0a,
  spanId: 0x12,
  traceState: 0x1a,
  parentId: 0x22,
  name: 0x2a,
  kind: 0x30,
  start: 0x39,
  end: 0x41,
  attributes: 0x4a,
  droppedAttributes: 0x50,
  events: 0x5a,
  droppedEvents: 0x60,
  links: 0x6a,
  droppedLinks: 0x70,
  status: 0x7a,
  /** Two bytes, from field 16 on. */
  flags: [0x85, 0x01],
} as const;

const EVENT = { time: 0x09, name: 0x12, attributes: 0x1a, droppedAttributes: 0x20 } as const;
const STATUS = { message: 0x12, code: 0x18 } as const;
const LINK = {
  traceId: 0x0a,
  spanId: 0x12,
  traceState: 0x1a,
  attributes: 0x22,
  droppedAttributes: 0x28,
  flags: 0x35,
} as const;

/** Bits of the flags. Source: opentelemetry-proto, `SpanFlags`. */
const HAS_IS_REMOTE = 0x100;
const IS_REMOTE = 0x200;

/** Writes spans as OTLP's `Span`. */
export class SpanEncoder implements RecordEncoder<ReadableSpan> {
  private readonly attributes: AttributeWriter;
  private readonly eventAttributes: AttributeWriter;
  private readonly traceId: RepeatedField<string>;
  private readonly traceState: RepeatedField<TraceState>;
  private readonly parentId: RepeatedField<string>;
  /** By kind, with which they are written. */
  private readonly names: RepeatedTexts[] = [];
  /** Bytes that the length of an event took the last time. */
  private eventRoom = 1;

  constructor(private readonly writer: ProtobufWriter) {
    this.attributes = new AttributeWriter(writer, SPAN.attributes);
    this.eventAttributes = new AttributeWriter(writer, EVENT.attributes);
    this.traceId = repeatedId(writer, SPAN.traceId);
    this.traceState = new RepeatedField(writer, (state) =>
      writeText(writer, SPAN.traceState, state.serialize()),
    );
    this.parentId = repeatedId(writer, SPAN.parentId);
  }

  write(span: ReadableSpan, shapes: AttributeKey[][]): void {
    const { writer } = this;
    const context = span.spanContext();
    const { parentSpanContext: parent, kind } = span;
    // What is new in each span comes first: what follows is often as it was, and copied in one piece.
    writeId(writer, SPAN.spanId, context.spanId);
    writeTime(writer, SPAN.start, span.startTime);
    writeTime(writer, SPAN.end, span.endTime);
    this.traceId.write(context.traceId);
    this.traceState.write(context.traceState);
    this.parentId.write(parent?.spanId);
    this.name(span.name, kind);
    let shape = shapes[kind];
    if (!shape) shapes[kind] = shape = [];
    this.attributes.write(span.attributes, shape);
    writeCount(writer, SPAN.droppedAttributes, span.droppedAttributesCount);
    for (const event of span.events) this.event(event);
    writeCount(writer, SPAN.droppedEvents, span.droppedEventsCount);
    for (const link of span.links) writeLink(writer, link);
    writeCount(writer, SPAN.droppedLinks, span.droppedLinksCount);
    writeStatus(writer, span.status);
    writer.byte(SPAN.flags[0]);
    writer.byte(SPAN.flags[1]);
    writer.fixed32(flagsOf(context, parent?.isRemote));
  }

  private name(name: string, kind: number): void {
    const { writer } = this;
    let names = this.names[kind];
    if (!names) this.names[kind] = names = new RepeatedTexts(writer);
    if (names.repeat(name)) return;
    const start = writer.position;
    // OTLP counts kinds from 1: 0 is unspecified.
    writer.byte(SPAN.kind);
    writer.varint(kind + 1);
    writeText(writer, SPAN.name, name);
    names.note(name, start);
  }

  private event(event: TimedEvent): void {
    const { writer, eventRoom } = this;
    writer.byte(SPAN.events);
    const start = writer.open(eventRoom);
    writeTime(writer, EVENT.time, event.time);
    writeText(writer, EVENT.name, event.name);
    if (event.attributes) this.eventAttributes.write(event.attributes);
    writeCount(writer, EVENT.droppedAttributes, event.droppedAttributesCount);
    this.eventRoom = writer.close(start, eventRoom);
  }
}

function writeLink(writer: ProtobufWriter, { context, attributes, droppedAttributesCount }: Link): void {
  writer.byte(SPAN.links);
  const start = writer.open(1);
  writeId(writer, LINK.traceId, context.traceId);
  writeId(writer, LINK.spanId, context.spanId);
  writeText(writer, LINK.traceState, context.traceState?.serialize());
  if (attributes) writeKeyValues(writer, LINK.attributes, attributes);
  writeCount(writer, LINK.droppedAttributes, droppedAttributesCount);
  writer.byte(LINK.flags);
  writer.fixed32(flagsOf(context, context.isRemote));
  writer.close(start, 1);
}

function writeStatus(writer: ProtobufWriter, { code, message }: ReadableSpan['status']): void {
  writer.byte(SPAN.status);
  if (code === 0 && !message) {
    writer.byte(0);
    return;
  }
  const start = writer.open(1);
  writeText(writer, STATUS.message, message);
  writeCount(writer, STATUS.code, code);
  writer.close(start, 1);
}

function flagsOf({ traceFlags }: SpanContext, isRemote: boolean | undefined): number {
  return (traceFlags & 0xff) | HAS_IS_REMOTE | (isRemote ? IS_REMOTE : 0);
}
