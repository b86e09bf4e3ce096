import { type Attributes, type SpanContext, TraceFlags, type TraceState } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';

/**
 * A kept span as the exporters see it: the SDK's span with the sampled flag, the weight of the rule
 * that kept it, and more attributes. The SDK's own span is not touched.
 */
export class KeptSpan implements ReadableSpan {
  readonly name: string;
  readonly kind: ReadableSpan['kind'];
  readonly parentSpanContext?: SpanContext;
  readonly startTime: ReadableSpan['startTime'];
  readonly endTime: ReadableSpan['endTime'];
  readonly status: ReadableSpan['status'];
  readonly attributes: Attributes;
  readonly links: ReadableSpan['links'];
  readonly events: ReadableSpan['events'];
  readonly duration: ReadableSpan['duration'];
  readonly ended: boolean;
  readonly resource: ReadableSpan['resource'];
  readonly instrumentationScope: ReadableSpan['instrumentationScope'];
  readonly droppedAttributesCount: number;
  readonly droppedEventsCount: number;
  readonly droppedLinksCount: number;
  private readonly context: SpanContext;

  /**
   * @param traceState replaces the span's, if given
   * @param extra added to the span's attributes, if given
   * @param isSampled sets the sampled flag, or clears it; default true
   */
  constructor(span: ReadableSpan, traceState?: TraceState, extra?: Attributes, isSampled = true) {
    const own = span.spanContext();
    const state = traceState ?? own.traceState;
    this.context = {
      traceId: own.traceId,
      spanId: own.spanId,
      traceFlags: isSampled ? own.traceFlags | TraceFlags.SAMPLED : own.traceFlags & ~TraceFlags.SAMPLED,
      ...(own.isRemote === undefined ? {} : { isRemote: own.isRemote }),
      ...(state ? { traceState: state } : {}),
    };
    this.name = span.name;
    this.kind = span.kind;
    if (span.parentSpanContext) this.parentSpanContext = span.parentSpanContext;
    this.startTime = span.startTime;
    this.endTime = span.endTime;
    this.status = span.status;
    this.attributes = extra ? { ...span.attributes, ...extra } : span.attributes;
    this.links = span.links;
    this.events = span.events;
    this.duration = span.duration;
    this.ended = span.ended;
    this.resource = span.resource;
    this.instrumentationScope = span.instrumentationScope;
    this.droppedAttributesCount = span.droppedAttributesCount;
    this.droppedEventsCount = span.droppedEventsCount;
    this.droppedLinksCount = span.droppedLinksCount;
  }

  spanContext(): SpanContext {
    return this.context;
  }
}
