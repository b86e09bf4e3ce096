import type { Attributes } from '@opentelemetry/api';
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { W3CTraceState } from '../../../src/core/index.ts';

export interface Made {
  attributes?: Attributes;
  resource?: Attributes;
  status?: keyof typeof SpanStatusCode;
  start_ms?: number;
  end_ms?: number;
  trace_state?: string;
  sampled_flag?: boolean;
  name?: string;
  kind?: SpanKind;
  events?: string[];
  /** The local root has no parent. */
  parent?: string;
  traceId?: string;
}

let ids = 0;

/** An ended span as a rule sees it. */
export function madeSpan(made: Made): ReadableSpan {
  const { start_ms: start = 0, end_ms: end = 1, traceId = '0'.repeat(31).concat('1') } = made;
  const spanId = (++ids).toString(16).padStart(16, '0');
  const time = (ms: number): [number, number] => [1_700_000_000 + Math.floor(ms / 1000), (ms % 1000) * 1e6];
  const traceFlags = made.sampled_flag ? 1 : 0;
  const traceState = W3CTraceState.parse(made.trace_state ?? '');
  return {
    name: made.name ?? 's',
    kind: made.kind ?? SpanKind.INTERNAL,
    spanContext: () => ({ traceId, spanId, traceFlags, traceState }),
    ...(made.parent ? { parentSpanContext: { traceId, spanId: made.parent, traceFlags } } : {}),
    startTime: time(start),
    endTime: time(end),
    duration: [Math.floor((end - start) / 1000), ((end - start) % 1000) * 1e6],
    status: { code: SpanStatusCode[made.status ?? 'UNSET'] },
    attributes: made.attributes ?? {},
    links: [],
    events: (made.events ?? []).map((name) => ({ name, time: time(end) })),
    ended: true,
    resource: resourceFromAttributes(made.resource ?? {}),
    instrumentationScope: { name: 'made' },
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
}
