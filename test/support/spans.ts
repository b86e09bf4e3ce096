import {
  type Attributes,
  type HrTime,
  type Link,
  type SpanContext,
  SpanKind,
  type SpanStatus,
  SpanStatusCode,
  TraceFlags,
} from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import type { ReadableSpan, TimedEvent } from '@opentelemetry/sdk-trace';

/** What a test wants to say about a span; everything else is a default. */
export interface SpanSketch {
  name?: string;
  kind?: SpanKind;
  traceId?: string;
  spanId?: string;
  parent?: Partial<SpanContext> | undefined;
  context?: Partial<SpanContext>;
  attributes?: Attributes;
  resource?: Attributes;
  status?: SpanStatus;
  events?: TimedEvent[];
  links?: Link[];
  start?: HrTime;
  end?: HrTime;
  scope?: { name: string; version?: string };
}

export const TRACE_ID = '640cfd8d00000000abcdefab12345678';
export const SPAN_ID = 'ffffffffffffffff';
export const START: HrTime = [1_790_000_000, 123_456_789];
export const END: HrTime = [1_790_000_001, 123_456_790];

/** An ended span as an exporter receives it. */
export function span(sketch: SpanSketch = {}): ReadableSpan {
  const traceId = sketch.traceId ?? TRACE_ID;
  const context: SpanContext = {
    traceId,
    spanId: sketch.spanId ?? SPAN_ID,
    traceFlags: TraceFlags.SAMPLED,
    ...sketch.context,
  };
  const start = sketch.start ?? START;
  const end = sketch.end ?? END;
  return {
    name: sketch.name ?? 'span_name',
    kind: sketch.kind ?? SpanKind.INTERNAL,
    spanContext: () => context,
    ...(sketch.parent
      ? { parentSpanContext: { traceId, spanId: '00000000000000aa', traceFlags: 1, ...sketch.parent } }
      : {}),
    startTime: start,
    endTime: end,
    duration: [end[0] - start[0], end[1] - start[1]],
    status: sketch.status ?? { code: SpanStatusCode.UNSET },
    attributes: sketch.attributes ?? {},
    links: sketch.links ?? [],
    events: sketch.events ?? [],
    ended: true,
    resource: resourceFromAttributes(sketch.resource ?? {}),
    instrumentationScope: sketch.scope ?? { name: 'test' },
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
}
