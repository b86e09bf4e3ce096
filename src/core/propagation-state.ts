/**
 * What travels with a trace and a `SpanContext` has no room for. It is reachable in two ways, and
 * none of them is a global:
 *
 * - through the span context: `spanContext.traceState` is a {@link W3CTraceState} whose `state` is
 *   the record. Children inherit the object from their parent, so every local span of the trace
 *   shares it. This is the way for inject, and for exporters, which see no Context.
 * - through the Context, under one key, set by extract. This is the way for what belongs to no
 *   span context: links, and a decision that came without ids.
 *
 * A sampler that decides returns a trace state with its own record:
 *
 *     const state = getPropagationState(context) ?? new PropagationState(traceId);
 *     const traceState = W3CTraceState.from(parent?.traceState).set('ot', 'rv:…;th:…');
 *     return { decision, traceState: traceState.withState(state.decided(2, '-3')) };
 *
 * Whoever changes the decision later (manual keep) writes to the record itself:
 * `propagationStateOf(span.spanContext())?.decide(2, '-4')`.
 */
import {
  type Context,
  createContextKey,
  type Link,
  type SpanContext,
  TraceFlags,
  trace,
} from '@opentelemetry/api';
import { isWithdrawn, type TraceDecision } from './trace-decision.ts';
import { W3CTraceState } from './w3c-trace-state.ts';

const NO_TAGS: ReadonlyMap<string, string> = new Map();
const NO_LINKS: readonly Link[] = [];

/** One per trace and entry into this process; shared by all local spans of the trace. */
export class PropagationState {
  /**
   * Datadog sampling priority: -1 user reject, 0 auto reject, 1 auto keep, 2 user keep; other
   * integers occur. Undefined: nobody has decided yet (deferred), and the sampler decides as for a root.
   */
  priority: number | undefined = undefined;
  /** `_dd.p.dm`, the sampling mechanism of the decision, e.g. `-4`; see Datadog's trace metadata. */
  decisionMaker: string | undefined = undefined;
  /** True once this process has decided; `priority` then wins over the sampled flag. */
  decidedHere = false;
  /** Where the trace began, e.g. `synthetics`, `rum`. */
  origin: string | undefined = undefined;
  /** Propagated tags by their full name, `_dd.p.…`, without `_dd.p.tid` and `_dd.p.dm`. */
  tags: ReadonlyMap<string, string> = NO_TAGS;
  /** OpenTracing baggage of older Datadog tracers (`ot-baggage-*`), by key, passed on as it came in. */
  legacyBaggage: ReadonlyMap<string, string> | undefined = undefined;
  /** Span id of the last Datadog-instrumented ancestor; goes to `_dd.parent_id` of the local root. */
  lastParentId: string | undefined = undefined;
  /** The inbound W3C trace flags, bits 0 (sampled) and 1 (random). */
  flags: number = TraceFlags.NONE;
  /** B3's debug flag. */
  debug = false;
  /** True if the trace continues without a parent (Datadog parent id 0): the parent's span id is a stand-in. */
  parentless = false;
  /** Contexts that came along and are not the parent; the local root links to them. */
  links: readonly Link[] = NO_LINKS;
  /** What our sampler decided here, for its own later stages; undefined if another sampler runs. */
  sampling: TraceDecision | undefined = undefined;
  /** The Datadog trace id as received, to spare a conversion. */
  datadogTraceId: string | undefined = undefined;

  /** @param traceId the 128-bit trace id, undefined if only a decision or links came in */
  constructor(public traceId: string | undefined) {}

  /** True while nobody has decided whether to keep the trace. */
  get deferred(): boolean {
    return this.priority === undefined;
  }

  /** A copy, for the given trace if one is named. */
  copy(traceId: string | undefined = this.traceId): PropagationState {
    return Object.assign(new PropagationState(traceId), this, { traceId });
  }

  /** A copy with this decision; `tags` (e.g. `_dd.p.ksr`) are added to those that came in. */
  decided(
    priority: number,
    decisionMaker: string | undefined,
    tags?: Iterable<readonly [string, string]>,
  ): PropagationState {
    const state = this.copy();
    if (tags) state.tags = new Map([...this.tags, ...tags]);
    return state.decide(priority, decisionMaker);
  }

  /** Changes the decision for every local span of the trace, from now on. */
  decide(priority: number, decisionMaker: string | undefined): this {
    this.priority = priority;
    this.decisionMaker = priority > 0 ? decisionMaker : undefined;
    this.decidedHere = true;
    return this;
  }
}

/** Datadog's priority of traces that a rule drops. */
const USER_REJECT = -1;

/** The API makes equal names equal keys, so that all copies of the package share it. */
const KEY = createContextKey('signalbox.propagation');

/** The record of the trace that is active in `context`; without a span, what extract left there. */
export function getPropagationState(context: Context): PropagationState | undefined {
  const spanContext = trace.getSpanContext(context);
  if (!spanContext) return context.getValue(KEY) as PropagationState | undefined;
  return getSpanState(context, spanContext);
}

/** The same for a span context that is at hand already. */
export function getSpanState(context: Context, spanContext: SpanContext): PropagationState | undefined {
  return propagationStateOf(spanContext) ?? fromContext(context, spanContext);
}

/** For a span whose trace state another sampler has replaced; not for one that left the trace. */
function fromContext(context: Context, spanContext: SpanContext): PropagationState | undefined {
  const state = context.getValue(KEY) as PropagationState | undefined;
  return state?.traceId === spanContext.traceId ? state : undefined;
}

/** `context` with the record; undefined removes it. */
export function setPropagationState(context: Context, state: PropagationState | undefined): Context {
  return state ? context.setValue(KEY, state) : context.deleteValue(KEY);
}

/** The record that a span context carries, if it belongs to its trace. */
export function propagationStateOf(spanContext: SpanContext): PropagationState | undefined {
  const { traceState } = spanContext;
  if (!W3CTraceState.is(traceState)) return undefined;
  const { state } = traceState;
  return state?.traceId === spanContext.traceId ? state : undefined;
}

/**
 * The sampling priority of a span, as inject sends it and the Datadog exporter writes it. An inbound
 * priority holds while the sampler agrees with it in sign; else the sampled flag decides (1 or 0).
 * A trace that a later fact has dropped before anybody heard of it is rejected from then on.
 */
export function priorityOf(spanContext: SpanContext, state: PropagationState | undefined): number {
  const priority = state?.priority;
  if (state?.sampling !== undefined && isWithdrawn(state.sampling)) return USER_REJECT;
  const sampled = (spanContext.traceFlags & TraceFlags.SAMPLED) !== 0;
  if (priority !== undefined && (state?.decidedHere || priority > 0 === sampled)) return priority;
  return sampled ? 1 : 0;
}

/**
 * `_dd.p.dm` to go with {@link priorityOf}: `-0` (default) for a trace that was kept here by a
 * sampler that named no mechanism; none for a rejected one.
 */
export function decisionMakerOf(
  spanContext: SpanContext,
  state: PropagationState | undefined,
): string | undefined {
  if (priorityOf(spanContext, state) <= 0) return undefined;
  const priority = state?.priority;
  // Contradicted or never made upstream: the decision is ours, and its mechanism is the default.
  if (priority === undefined || priority <= 0) return spanContext.isRemote ? undefined : '-0';
  return state?.decisionMaker;
}
