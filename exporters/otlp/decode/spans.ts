import type { Attributes, HrTime, Link, SpanContext, TraceState } from '@opentelemetry/api';
import type { ReadableSpan, TimedEvent } from '@opentelemetry/sdk-trace';
import { W3CTraceState } from '../../../src/core/index.ts';
import { unpackTraceState } from '../spooled-trace-state.ts';
import { groupsOf } from './envelope.ts';
import type { Origins } from './origins.ts';
import { ProtobufReader } from './protobuf.ts';
import { hrTime, readAttribute } from './values.ts';

/** Source: opentelemetry-proto `trace.proto`, `SpanFlags`. */
const FLAGS = { trace: 0xff, isRemote: 0x200 } as const;

/** The spans of an `ExportTraceServiceRequest`, as exporters take them. @throws RangeError if it is none */
export function readSpans(request: Uint8Array, origins: Origins): ReadableSpan[] {
  const spans: ReadableSpan[] = [];
  for (const { resource, scope, items } of groupsOf(request, origins)) {
    for (const bytes of items) {
      spans.push({ ...readSpan(new ProtobufReader(bytes)), resource, instrumentationScope: scope });
    }
  }
  return spans;
}

class Draft {
  traceId = '';
  spanId = '';
  parentSpanId = '';
  traceState = '';
  flags = 0;
  name = '';
  kind = 0;
  start = 0n;
  end = 0n;
  status: ReadableSpan['status'] = { code: 0 };
  readonly attributes: Attributes = {};
  readonly events: TimedEvent[] = [];
  readonly links: Link[] = [];
  droppedAttributes = 0;
  droppedEvents = 0;
  droppedLinks = 0;
}

/** By the field numbers of `Span` in opentelemetry-proto `trace.proto`. */
const FIELDS: Readonly<Record<number, (draft: Draft, reader: ProtobufReader) => void>> = {
  1: (draft, reader) => {
    draft.traceId = reader.hex();
  },
  2: (draft, reader) => {
    draft.spanId = reader.hex();
  },
  3: (draft, reader) => {
    draft.traceState = reader.text();
  },
  4: (draft, reader) => {
    draft.parentSpanId = reader.hex();
  },
  5: (draft, reader) => {
    draft.name = reader.text();
  },
  6: (draft, reader) => {
    draft.kind = reader.uint();
  },
  7: (draft, reader) => {
    draft.start = reader.fixed64();
  },
  8: (draft, reader) => {
    draft.end = reader.fixed64();
  },
  9: (draft, reader) => readAttribute(reader, draft.attributes),
  10: (draft, reader) => {
    draft.droppedAttributes = reader.uint();
  },
  11: (draft, reader) => void draft.events.push(readEvent(reader.message())),
  12: (draft, reader) => {
    draft.droppedEvents = reader.uint();
  },
  13: (draft, reader) => void draft.links.push(readLink(reader.message())),
  14: (draft, reader) => {
    draft.droppedLinks = reader.uint();
  },
  15: (draft, reader) => {
    draft.status = readStatus(reader.message());
  },
  16: (draft, reader) => {
    draft.flags = reader.fixed32();
  },
};

function readSpan(reader: ProtobufReader): Omit<ReadableSpan, 'resource' | 'instrumentationScope'> {
  const draft = new Draft();
  while (reader.next()) FIELDS[reader.field]?.(draft, reader);
  const { traceId, spanId, parentSpanId } = draft;
  const traceFlags = draft.flags & FLAGS.trace;
  const traceState = draft.traceState === '' ? undefined : unpackTraceState(traceId, draft.traceState);
  const context: SpanContext = { traceId, spanId, traceFlags, ...(traceState ? { traceState } : {}) };
  const isRemote = (draft.flags & FLAGS.isRemote) !== 0;
  const startTime = hrTime(draft.start);
  const endTime = hrTime(draft.end);
  return {
    name: draft.name,
    kind: Math.max(0, draft.kind - 1),
    spanContext: () => context,
    ...(parentSpanId === '' ? {} : { parentSpanContext: { ...context, spanId: parentSpanId, isRemote } }),
    startTime,
    endTime,
    duration: hrTime(draft.end > draft.start ? draft.end - draft.start : 0n) as HrTime,
    status: draft.status,
    attributes: draft.attributes,
    links: draft.links,
    events: draft.events,
    ended: true,
    droppedAttributesCount: draft.droppedAttributes,
    droppedEventsCount: draft.droppedEvents,
    droppedLinksCount: draft.droppedLinks,
  };
}

function readStatus(reader: ProtobufReader): ReadableSpan['status'] {
  const status: ReadableSpan['status'] = { code: 0 };
  while (reader.next()) {
    if (reader.field === 2) status.message = reader.text();
    else if (reader.field === 3) status.code = reader.uint();
  }
  return status;
}

function readEvent(reader: ProtobufReader): TimedEvent {
  const event = { time: [0, 0] as HrTime, name: '', attributes: {} as Attributes, droppedAttributesCount: 0 };
  while (reader.next()) {
    if (reader.field === 1) event.time = hrTime(reader.fixed64());
    else if (reader.field === 2) event.name = reader.text();
    else if (reader.field === 3) readAttribute(reader, event.attributes);
    else if (reader.field === 4) event.droppedAttributesCount = reader.uint();
  }
  return event;
}

function readLink(reader: ProtobufReader): Link {
  let traceId = '';
  let spanId = '';
  let flags = 0;
  let traceState: TraceState | undefined;
  let droppedAttributesCount = 0;
  const attributes: Attributes = {};
  while (reader.next()) {
    if (reader.field === 1) traceId = reader.hex();
    else if (reader.field === 2) spanId = reader.hex();
    else if (reader.field === 3) traceState = W3CTraceState.parse(reader.text());
    else if (reader.field === 4) readAttribute(reader, attributes);
    else if (reader.field === 5) droppedAttributesCount = reader.uint();
    else if (reader.field === 6) flags = reader.fixed32();
  }
  const isRemote = (flags & FLAGS.isRemote) !== 0;
  const base = { traceId, spanId, traceFlags: flags & FLAGS.trace, ...(isRemote ? { isRemote } : {}) };
  return { context: { ...base, ...(traceState ? { traceState } : {}) }, attributes, droppedAttributesCount };
}
