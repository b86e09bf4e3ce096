import {
  type Context,
  type SpanContext,
  type TextMapGetter,
  type TextMapPropagator,
  type TextMapSetter,
  TraceFlags,
  trace,
} from '@opentelemetry/api';
import { isTracingSuppressed } from '@opentelemetry/core';
import { type PropagationState, setPropagationState, type W3CTraceState } from '../src/core/index.ts';
import { decisionOf, noteSent, type Outbound, outboundOf } from './outbound.ts';

/** What one style of headers said about the caller. */
export interface RemoteTrace {
  /** The word users write for the style, e.g. `datadog`. */
  readonly style: string;
  /** Undefined if only a sampling decision came in. */
  spanId: string | undefined;
  /** The members of `tracestate` that are not Datadog's. */
  traceState: W3CTraceState;
  /** `traceId` and everything else. */
  readonly state: PropagationState;
}

/**
 * One style of trace context headers. As a `TextMapPropagator` it works alone; `read` and `write`
 * are the halves the {@link CompositePropagator} merges with other styles.
 */
export abstract class StylePropagator implements TextMapPropagator {
  abstract readonly style: string;
  /** What the carrier says, undefined if it has no (valid) headers of this style. */
  abstract read<C>(carrier: C, getter: TextMapGetter<C>): RemoteTrace | undefined;
  /** Writes one trace into the carrier; with `set`, so nothing is ever there twice. */
  abstract write<C>(outbound: Outbound, carrier: C, setter: TextMapSetter<C>): void;
  /** Writes a sampling decision that has no ids, in the styles that can. */
  writeDecision<C>(_state: PropagationState, _carrier: C, _setter: TextMapSetter<C>): void {}
  /** The names of its headers, lower-case. */
  abstract fields(): string[];

  extract<C>(context: Context, carrier: C, getter: TextMapGetter<C>): Context {
    const remote = this.read(carrier, getter);
    return remote ? contextWith(context, remote) : context;
  }

  inject<C>(context: Context, carrier: C, setter: TextMapSetter<C>): void {
    if (isTracingSuppressed(context)) return;
    const outbound = outboundOf(context);
    if (outbound) {
      this.write(outbound, carrier, setter);
      noteSent(outbound);
    } else writeDecision(context, [this], carrier, setter);
  }
}

/** Passes a decision on that came in without ids and that no span has taken up. */
export function writeDecision<C>(
  context: Context,
  styles: readonly StylePropagator[],
  carrier: C,
  setter: TextMapSetter<C>,
): void {
  const state = decisionOf(context);
  if (!state) return;
  for (const style of styles) style.writeDecision(state, carrier, setter);
}

/** The context with the remote trace as its parent, if it has ids, and its state. */
export function contextWith(context: Context, remote: RemoteTrace): Context {
  const spanContext = spanContextOf(remote);
  return spanContext
    ? trace.setSpanContext(context, spanContext)
    : setPropagationState(context, remote.state);
}

/**
 * The caller as a span context that carries the state along. A deferred decision shows as sampled,
 * so that a set-up without the {@link InboundDecisionSampler} does not drop what nobody dropped.
 */
export function spanContextOf({ spanId, traceState, state }: RemoteTrace): SpanContext | undefined {
  if (spanId === undefined || state.traceId === undefined) return undefined;
  const sampled = state.priority === undefined || state.priority > 0;
  return {
    traceId: state.traceId,
    spanId,
    traceFlags: (state.flags & ~TraceFlags.SAMPLED) | (sampled ? TraceFlags.SAMPLED : TraceFlags.NONE),
    traceState: traceState.withState(state),
    isRemote: true,
  };
}
