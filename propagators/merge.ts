import type { Link } from '@opentelemetry/api';
import { ZERO_ID } from '../src/core/index.ts';
import { type RemoteTrace, spanContextOf } from './style.ts';

/**
 * What a second style adds to the first valid one, the base. In the same trace it fills gaps, and a
 * `traceparent` with another span id becomes the parent: a W3C hop sat in between, and Datadog's
 * headers passed it untouched. Of another trace a link remains.
 */
export function merge(base: RemoteTrace, other: RemoteTrace): void {
  if (other.spanId === undefined) return;
  if (!isSameTrace(base, other)) {
    const link = linkTo(other, 'terminated_context');
    if (link) base.state.links = [...base.state.links, link];
    return;
  }
  fillGaps(base, other);
  if (other.style === 'tracecontext' && other.spanId !== base.spanId) reparent(base, other);
}

/**
 * All 128 bits count, unless one side has only 64 (a Datadog or B3 hop that lost the high half);
 * then the trace has the longer id.
 */
function isSameTrace(base: RemoteTrace, other: RemoteTrace): boolean {
  const left = base.state.traceId as string;
  const right = other.state.traceId as string;
  if (left === right) return true;
  if (!left.endsWith(right.slice(16))) return false;
  if (right.startsWith(ZERO_ID)) return other.style !== 'tracecontext';
  if (!left.startsWith(ZERO_ID) || base.style === 'tracecontext') return false;
  base.state.traceId = right;
  return true;
}

function fillGaps(base: RemoteTrace, other: RemoteTrace): void {
  const { state } = base;
  if (state.priority === undefined) {
    state.priority = other.state.priority;
    state.decisionMaker = other.state.decisionMaker;
  }
  state.origin ??= other.state.origin;
  if (state.tags.size === 0) state.tags = other.state.tags;
  state.flags |= other.state.flags;
  state.legacyBaggage ??= other.state.legacyBaggage;
  state.debug ||= other.state.debug;
  if (base.traceState.size === 0) base.traceState = other.traceState;
}

function reparent(base: RemoteTrace, other: RemoteTrace): void {
  const datadogParent = base.style === 'datadog' && !base.state.parentless ? base.spanId : undefined;
  base.state.lastParentId = other.state.lastParentId ?? datadogParent;
  base.state.parentless = false;
  base.spanId = other.spanId;
}

/** A link to the context, with the attributes dd-trace gives it; none without a span. */
export function linkTo(remote: RemoteTrace, reason: string): Link | undefined {
  if (remote.state.parentless) return undefined;
  const context = spanContextOf(remote);
  return context && { context, attributes: { reason, context_headers: remote.style } };
}
