import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import type { InstrumentationScope } from '@opentelemetry/core';
import { KIND_NAMES } from '../map/operation.ts';
import { MsgpackWriter, msgpackString } from './msgpack-writer.ts';

/** Entries of a map that are the same for many spans, as MessagePack. */
export interface Block {
  readonly bytes: Buffer;
  readonly count: number;
}

/** Text tags as a block; those without a value are left out. */
export function textBlock(tags: Readonly<Record<string, string | undefined>>): Block {
  const writer = new MsgpackWriter(256);
  let count = 0;
  for (const [name, value] of Object.entries(tags)) {
    if (!value) continue;
    writer.string(name);
    writer.string(value);
    count++;
  }
  return { bytes: Buffer.from(writer.view(0, writer.position)), count };
}

/** Numeric tags as a block. */
export function numberBlock(tags: Readonly<Record<string, number>>): Block {
  const writer = new MsgpackWriter(64);
  const entries = Object.entries(tags);
  for (const [name, value] of entries) {
    writer.string(name);
    writer.number(value);
  }
  return { bytes: Buffer.from(writer.view(0, writer.position)), count: entries.length };
}

/** Names of the fields of a v0.4 span. */
export const FIELD = {
  traceId: msgpackString('trace_id'),
  spanId: msgpackString('span_id'),
  parentId: msgpackString('parent_id'),
  start: msgpackString('start'),
  duration: msgpackString('duration'),
  name: msgpackString('name'),
  resource: msgpackString('resource'),
  service: msgpackString('service'),
  type: msgpackString('type'),
  links: msgpackString('span_links'),
  events: msgpackString('span_events'),
} as const;

/** `error: 0` and `error: 1`. */
export const ERROR = [numberBlock({ error: 0 }).bytes, numberBlock({ error: 1 }).bytes] as const;

const KINDS = [
  SpanKind.INTERNAL,
  SpanKind.SERVER,
  SpanKind.CLIENT,
  SpanKind.PRODUCER,
  SpanKind.CONSUMER,
] as const;

/** `span.kind` and `otel.status_code` together, by kind and status. */
export const KIND_AND_STATUS: readonly (readonly Block[])[] = KINDS.map((kind) =>
  (['Unset', 'Ok', 'Error'] as const).map((status) =>
    textBlock({ 'span.kind': KIND_NAMES[kind], 'otel.status_code': status }),
  ),
);

/** Index of a status in {@link KIND_AND_STATUS}. */
export const STATUS_INDEX = SpanStatusCode;

export const HAS_EXCEPTION = textBlock({ '_dd.span_events.has_exception': 'true' });
export const TOP_LEVEL = numberBlock({ '_dd.top_level': 1 });

/** Name and version of the instrumentation, under the current and the older names. */
export function scopeBlock({ name, version }: InstrumentationScope): Block {
  return textBlock({
    'otel.scope.name': name,
    'otel.scope.version': version,
    'otel.library.name': name,
    'otel.library.version': version,
  });
}
