import type { TraceState } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { copySpan, PropagationState, propagationStateOf, W3CTraceState } from '../../src/core/index.ts';

/** The member of the trace state that keeps the record of a trace on disk; it never leaves the process. */
const MEMBER = 'signalbox@spool=';

/**
 * OTLP has no place for the record that travels with a trace (its priority and origin, for Datadog),
 * so that on disk it is one more member of the trace state. A span without a record stays as it is.
 */
export function packTraceState(span: ReadableSpan): ReadableSpan {
  const context = span.spanContext();
  const state = propagationStateOf(context);
  if (!state) return span;
  const { priority, decisionMaker, decidedHere, origin, tags, lastParentId, parentless } = state;
  const record = { priority, decisionMaker, decidedHere, origin, tags: [...tags], lastParentId, parentless };
  const member = `${MEMBER}${Buffer.from(JSON.stringify(record)).toString('base64url')}`;
  const rest = context.traceState?.serialize() ?? '';
  const packed = { ...context, traceState: textOnly(rest === '' ? member : `${member},${rest}`) };
  return copySpan(span, { spanContext: () => packed });
}

/** The other way round. */
export function unpackTraceState(traceId: string, text: string): TraceState {
  if (!text.startsWith(MEMBER)) return W3CTraceState.parse(text);
  const comma = text.indexOf(',');
  const rest = comma < 0 ? '' : text.slice(comma + 1);
  const record = text.slice(MEMBER.length, comma < 0 ? undefined : comma);
  return W3CTraceState.parse(rest).withState(readRecord(traceId, record));
}

function readRecord(traceId: string, text: string): PropagationState | undefined {
  const { tags, ...record } = JSON.parse(Buffer.from(text, 'base64url').toString()) as PropagationState & {
    tags: [string, string][];
  };
  return Object.assign(new PropagationState(traceId), record, { tags: new Map(tags) });
}

/** A trace state that can only be written. */
function textOnly(text: string): TraceState {
  const state: TraceState = {
    get: () => undefined,
    set: () => state,
    unset: () => state,
    serialize: () => text,
  };
  return state;
}
