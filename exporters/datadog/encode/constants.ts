import { SpanKind } from '@opentelemetry/api';
import type { InstrumentationScope } from '@opentelemetry/core';
import { KIND_NAMES } from '../map/operation.ts';
import { MsgpackWriter, msgpackString } from './msgpack-writer.ts';
import { SpanFrame } from './span-frame.ts';

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

/** Names of the fields of a v0.4 span. */
export const FIELD = {
  name: msgpackString('name'),
  resource: msgpackString('resource'),
  service: msgpackString('service'),
  type: msgpackString('type'),
  links: msgpackString('span_links'),
  events: msgpackString('span_events'),
} as const;

const KINDS = [
  SpanKind.INTERNAL,
  SpanKind.SERVER,
  SpanKind.CLIENT,
  SpanKind.PRODUCER,
  SpanKind.CONSUMER,
] as const;

export const HAS_EXCEPTION = textBlock({ '_dd.span_events.has_exception': 'true' });

/** The frames of an instrumentation scope, by kind and status. */
export type ScopeFrames = readonly (readonly SpanFrame[])[];

/** Prepares the tags of an instrumentation scope, under the current and the older names. */
export function scopeFrames({ name, version }: InstrumentationScope): ScopeFrames {
  return KINDS.map((kind) =>
    (['Unset', 'Ok', 'Error'] as const).map(
      (status) =>
        new SpanFrame(
          textBlock({
            'span.kind': KIND_NAMES[kind],
            'otel.status_code': status,
            'otel.scope.name': name,
            'otel.scope.version': version,
            'otel.library.name': name,
            'otel.library.version': version,
          }),
        ),
    ),
  );
}
