import { type Context, type SpanContext, TraceFlags, trace } from '@opentelemetry/api';
import {
  decisionMakerOf,
  getPropagationState,
  getSpanState,
  isHexId,
  isWithdrawn,
  type PropagationState,
  priorityOf,
  W3CTraceState,
} from '../src/core/index.ts';

/** Bit 1 of the W3C trace flags: the right-most 7 bytes of the trace id are random (Level 2). */
export const RANDOM_FLAG = 2;

/** What is sent: the same for every style, so that all of them name one trace and one span. */
export interface Outbound {
  readonly traceId: string;
  readonly spanId: string;
  /** Undefined while nobody has decided and no span of ours stands in between. */
  readonly priority: number | undefined;
  readonly decisionMaker: string | undefined;
  /** W3C flags, bits 0 and 1 only. */
  readonly flags: number;
  /** `p` of the `dd` member: the last span that Datadog may know. */
  readonly lastParentId: string | undefined;
  /** True if the trace goes on without a parent: only Datadog's headers can say so. */
  readonly parentless: boolean;
  readonly state: PropagationState | undefined;
  readonly traceState: W3CTraceState;
}

/** What to send for the active span of `context`; undefined without a valid one. */
export function outboundOf(context: Context): Outbound | undefined {
  const spanContext = trace.getSpanContext(context);
  if (!spanContext) return undefined;
  const state = getSpanState(context, spanContext);
  // What belongs to a state was checked when it came in.
  const traceId = state ? spanContext.traceId : validId(spanContext.traceId, 32);
  const spanId = validId(spanContext.spanId, 16);
  if (traceId === undefined || spanId === undefined) return undefined;
  const passing = spanContext.isRemote === true;
  const priority = passing && state ? state.priority : priorityOf(spanContext, state);
  const sampled = priority === undefined || priority > 0;
  return {
    traceId,
    spanId,
    priority,
    decisionMaker: decisionMakerOf(spanContext, state),
    flags: (sampled ? TraceFlags.SAMPLED : TraceFlags.NONE) | randomFlag(spanContext, state),
    lastParentId: passing ? state?.lastParentId : spanId,
    parentless: passing && state?.parentless === true,
    state,
    traceState: traceStateToSend(spanContext, state),
  };
}

/** The members of the span's trace state; without the weight of a decision that does not hold any more. */
function traceStateToSend({ traceState }: SpanContext, state: PropagationState | undefined): W3CTraceState {
  const sampling = state?.sampling;
  const withdrawn =
    sampling !== undefined && isWithdrawn(sampling) ? sampling.verdict?.traceState : undefined;
  return W3CTraceState.from(withdrawn ?? traceState);
}

/** Tells the tail sampler that others rely on the sampled flag from now on; a remote trace has no decision of ours. */
export function noteSent({ flags, state }: Outbound): void {
  const sampling = state?.sampling;
  if (sampling !== undefined && (flags & TraceFlags.SAMPLED) !== 0) sampling.sent = true;
}

/** A decision that came in without ids and that no span has taken up. */
export function decisionOf(context: Context): PropagationState | undefined {
  if (trace.getSpanContext(context)) return undefined;
  const state = getPropagationState(context);
  return state?.traceId === undefined && state?.priority !== undefined ? state : undefined;
}

/** Ids of our own traces are random; for others the bit is only passed on (W3C Level 2, "Random Trace ID Flag"). */
function randomFlag(spanContext: SpanContext, state: PropagationState | undefined): number {
  if (state) return state.flags & RANDOM_FLAG;
  return spanContext.isRemote ? spanContext.traceFlags & RANDOM_FLAG : RANDOM_FLAG;
}

/** The id in lower case, undefined if it is none; ids may come from code that is not ours. */
function validId(id: string, length: number): string | undefined {
  if (id.length !== length) return undefined;
  if (isHexId(id, 0, length)) return id;
  const lower = id.toLowerCase();
  return isHexId(lower, 0, length) ? lower : undefined;
}
