import { type Attributes, createTraceState, type TraceState } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';

/**
 * What this process decided about one trace. One object per local segment (the spans of one trace
 * below one entry of the process), carried by the trace state of all its spans, so that the
 * propagators, the tail sampler and the exporters read the same thing.
 */
export interface TraceDecision {
  /** Datadog sampling priority: -1 user reject, 0 automatic reject, 1 automatic keep, 2 user keep. */
  priority: number;
  /** `_dd.p.dm`, e.g. `-3`; absent when rejected. */
  decisionMaker?: string;
  /** `_dd.p.ksr`: the rate with at most six decimals; propagated. */
  ksr?: string;
  /** The sampled flag as it was set at the start, and as it is propagated. */
  readonly sampled: boolean;
  /** What became of the segment; `open` while a later fact can still change it. */
  outcome: 'open' | 'keep' | 'drop';
  /** True once the sampled flag may have left the process; a kept trace is then never taken back. */
  sent: boolean;
  /** What still has to be found out; absent if nothing has. */
  readonly evaluation?: SegmentEvaluation;
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
  /** Trace state for exported spans: the weight (`th`) of the rule that decided. */
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

const DECISION = Symbol.for('signalbox.trace-decision');

/** The decision that travels with a trace state; undefined if another sampler made it. */
export function decisionOf(traceState: TraceState | undefined): TraceDecision | undefined {
  return (traceState as { [DECISION]?: TraceDecision } | undefined)?.[DECISION];
}

/**
 * Trace state that carries a decision beside its members. The `ot` member is formatted when it is
 * first read; all other members are those of `rest`, untouched and in order.
 */
export class DecidedTraceState implements TraceState {
  readonly [DECISION]: TraceDecision;

  /**
   * @param rest the trace state that came in, if any
   * @param ot the `ot` member: a text, a function that makes it, or undefined for that of `rest`;
   *   an empty text removes the member
   */
  constructor(
    decision: TraceDecision,
    private readonly rest: TraceState | undefined,
    private ot: string | (() => string) | undefined,
  ) {
    this[DECISION] = decision;
  }

  get(key: string): string | undefined {
    if (key !== 'ot' || this.ot === undefined) return this.rest?.get(key);
    return this.member() || undefined;
  }

  set(key: string, value: string): TraceState {
    if (key === 'ot') return new DecidedTraceState(this[DECISION], this.rest, value);
    const rest = this.rest ?? EMPTY;
    return new DecidedTraceState(this[DECISION], rest.set(key, value), this.ot);
  }

  unset(key: string): TraceState {
    if (key === 'ot') return new DecidedTraceState(this[DECISION], this.rest, '');
    return new DecidedTraceState(this[DECISION], this.rest?.unset(key), this.ot);
  }

  serialize(): string {
    if (this.ot === undefined) return this.rest?.serialize() ?? '';
    const member = this.member();
    const others = this.rest?.unset('ot').serialize() ?? '';
    if (member === '') return others;
    return others === '' ? `ot=${member}` : `ot=${member},${others}`;
  }

  private member(): string {
    if (typeof this.ot === 'function') this.ot = this.ot();
    return this.ot ?? '';
  }
}

/** A trace state without members, for `set` on one that had none. */
const EMPTY: TraceState = {
  get: () => undefined,
  set: (key, value) => createTraceState(`${key}=${value}`),
  unset: () => EMPTY,
  serialize: () => '',
};
