import type { Attributes, SpanContext, TraceState } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { W3CTraceState } from './w3c-trace-state.ts';

/**
 * What this process decided about one trace. One object per local segment (the spans of one trace
 * below one entry of the process), carried by the trace state of all its spans. Priority, decision
 * maker and propagated tags are beside it, in the propagation state.
 */
export interface TraceDecision {
  /** The sampled flag as it was set at the start, and as it is propagated. */
  readonly sampled: boolean;
  /** What became of the segment; `open` while a later fact can still change it. */
  outcome: 'open' | 'keep' | 'drop';
  /** True once the sampled flag may have left the process; a kept trace is then never taken back. */
  sent: boolean;
  /** What still has to be found out; absent if nothing has. */
  readonly evaluation?: SegmentEvaluation | undefined;
  /** The verdict, once there is one, for spans that come after it. */
  verdict?: SegmentVerdict | undefined;
  /** True if spans have to be recorded although the trace is dropped. */
  readonly recordAlways?: boolean;
  /** Counts every further span of a kept trace against a limit of spans per second. */
  readonly debit?: ((spans: number) => void) | undefined;
  /** Place for whoever groups the spans of the segment. */
  segment?: unknown;
}

/** What the rules say about a segment. */
export interface SegmentVerdict {
  readonly keep: boolean;
  /** False if the segment is kept for sure while the rule that will have matched is still open. */
  readonly final: boolean;
  /** The rule that decided, by its name or text. */
  readonly rule: string;
  /**
   * The weight (`th`) of the rule that decided: for exported spans, and for what is still sent of a
   * trace that is dropped after all.
   */
  readonly traceState?: TraceState;
  /** What the exported local root gets in addition. */
  readonly rootAttributes?: Attributes;
  /** What every exported span gets in addition. */
  readonly spanAttributes?: Attributes;
}

/** The rules applied to one segment as its facts come in. */
export interface SegmentEvaluation {
  /** Milliseconds after the start of the segment at which {@link elapsed} matters next. */
  readonly nextElapsed: number;
  /** A span of the segment started. @returns true if a verdict may have become possible */
  spanStarted(span: ReadableSpan): boolean;
  /** A span of the segment ended. @returns true if a verdict may have become possible */
  spanEnded(span: ReadableSpan): boolean;
  /** The segment is this old and not complete. @returns true if a verdict may have become possible */
  elapsed(milliseconds: number): boolean;
  /** The outcome, as soon as it is certain. With `complete` what is unknown counts as not happened. */
  verdict(complete: boolean): SegmentVerdict | undefined;
}

/** What a tail sampler asks about spans that no sampler of ours decided. */
export interface TailPolicy {
  /** Starts an evaluation from the first span of a segment. */
  evaluate(localRoot: ReadableSpan): SegmentEvaluation;
  /** Attributes for a single span kept out of a dropped trace, or undefined to drop it too. */
  keepSpan?(span: ReadableSpan): Attributes | undefined;
}

/**
 * True if the trace was kept at its start, and dropped by a later fact before its flag had left the
 * process. What leaves from then on says no.
 */
export function isWithdrawn({ sampled, outcome }: TraceDecision): boolean {
  return sampled && outcome === 'drop';
}

/**
 * The decision that travels with a span context; undefined if another sampler made it. The record
 * is that of the {@link PropagationState}, which all local spans of a segment share.
 */
export function decisionOf(spanContext: SpanContext): TraceDecision | undefined {
  const { traceState } = spanContext;
  return W3CTraceState.is(traceState) ? traceState.state?.sampling : undefined;
}
