import {
  type Attributes,
  type Context,
  type Link,
  type SpanContext,
  type SpanKind,
  TraceFlags,
  trace,
} from '@opentelemetry/api';
import type { Sampler, SamplingResult } from '@opentelemetry/sdk-trace';
import {
  getPropagationState,
  PropagationState,
  propagationStateOf,
  W3CTraceState,
} from '../src/core/index.ts';

/** Parent of a trace whose decision came without ids; no exporter ever sees it. */
const NO_PARENT = 'ffffffffffffffff';

/**
 * Lets any sampler deal with what came in: a caller who has not decided is no parent to follow, so
 * the sampler decides as for a root; a decision without ids is followed like a parent's. The state
 * of the trace stays attached to its spans, whatever trace state the sampler returns.
 */
export class InboundDecisionSampler implements Sampler {
  constructor(private readonly inner: Sampler) {}

  shouldSample(
    context: Context,
    traceId: string,
    name: string,
    kind: SpanKind,
    attributes: Attributes,
    links: Link[],
  ): SamplingResult {
    const ask = (seen: Context) => this.inner.shouldSample(seen, traceId, name, kind, attributes, links);
    const parent = trace.getSpanContext(context);
    const valid = parent !== undefined && trace.isSpanContextValid(parent);
    if (valid && !parent.isRemote) return keepState(ask(context), parent, undefined);
    if (valid) return this.fromRemote(context, parent, ask);
    const state = getPropagationState(context);
    if (state?.traceId !== undefined || state?.priority === undefined) return ask(context);
    const own = state.copy(traceId);
    // Later roots in the same Context are traces of their own.
    state.traceId = traceId;
    return keepState(ask(trace.setSpanContext(context, decided(traceId, state.priority))), undefined, own);
  }

  private fromRemote(
    context: Context,
    parent: SpanContext,
    ask: (seen: Context) => SamplingResult,
  ): SamplingResult {
    const state = propagationStateOf(parent) ?? stateOf(context, parent);
    const result = ask(state.deferred ? trace.deleteSpan(context) : context);
    return keepState(result, parent, state);
  }

  toString(): string {
    return `InboundDecision{${this.inner.toString()}}`;
  }
}

/** For a parent that no propagator of ours extracted: its flags, so that the random bit is only passed on. */
function stateOf(context: Context, parent: SpanContext): PropagationState {
  const extracted = getPropagationState(context);
  if (extracted?.traceId === parent.traceId) return extracted;
  const state = new PropagationState(parent.traceId);
  state.flags = parent.traceFlags;
  state.priority = parent.traceFlags & TraceFlags.SAMPLED ? 1 : 0;
  return state;
}

function decided(traceId: string, priority: number): SpanContext {
  const traceFlags = priority > 0 ? TraceFlags.SAMPLED : TraceFlags.NONE;
  return { traceId, spanId: NO_PARENT, traceFlags, isRemote: true };
}

/**
 * The result with a trace state that carries the state: the sampler's own record if it made one,
 * else `state`, else the parent's. Members that the sampler set join those of the parent.
 */
function keepState(
  result: SamplingResult,
  parent: SpanContext | undefined,
  state: PropagationState | undefined,
): SamplingResult {
  const { traceState } = result;
  if (traceState === undefined) {
    if (!state || (W3CTraceState.is(parent?.traceState) && parent.traceState.state === state)) return result;
    return { ...result, traceState: W3CTraceState.from(parent?.traceState).withState(state) };
  }
  const known = W3CTraceState.is(traceState) ? traceState.state : undefined;
  const kept = known ?? state ?? (parent && propagationStateOf(parent));
  if (known === kept && W3CTraceState.is(traceState) && !state?.deferred) return result;
  return { ...result, traceState: union(traceState, parent, state?.deferred === true).withState(kept) };
}

/** A sampler that saw no parent could not return the parent's members; put its own in front of them. */
function union(
  traceState: NonNullable<SamplingResult['traceState']>,
  parent: SpanContext | undefined,
  hidParent: boolean,
): W3CTraceState {
  const own = W3CTraceState.from(traceState);
  if (!hidParent) return own;
  let all = W3CTraceState.from(parent?.traceState);
  for (const member of own.members().reverse()) {
    const equals = member.indexOf('=');
    all = all.set(member.slice(0, equals), member.slice(equals + 1));
  }
  return all;
}
