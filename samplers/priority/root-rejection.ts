import { SamplingDecision } from '@opentelemetry/sdk-trace';
import type { Rejection, SegmentEvaluation, TraceDecision, W3CTraceState } from '../../src/core/index.ts';
import type { Coin } from '../rates/rate-source.ts';
import { coinOf, describe, NOTHING_INBOUND, type Outcome } from './outcome.ts';

/** An outcome against a trace that begins here. */
export class RootRejection implements Rejection {
  readonly decision = SamplingDecision.NOT_RECORD;

  constructor(
    private readonly outcome: Outcome,
    private readonly options: { readonly rv: boolean },
    /** The trace's, if it was tossed; without one this serves all traces that the outcome meets. */
    private readonly coin?: Coin,
  ) {}

  get label(): string {
    return this.outcome.label;
  }

  traceStateOf(traceId: string): W3CTraceState {
    const coin = this.coin ?? coinOf(traceId, NOTHING_INBOUND);
    const traceState = describe(this.outcome, coin, NOTHING_INBOUND, this.options);
    if (traceState.state) traceState.state.sampling = newDecision(false, false);
    return traceState;
  }
}

/** What is decided, or with an evaluation still open, for the spans of one segment. */
export function newDecision(
  keep: boolean,
  recordAlways: boolean,
  evaluation?: SegmentEvaluation,
  debit?: (spans: number) => void,
): TraceDecision {
  return {
    sampled: keep,
    outcome: evaluation ? 'open' : keep ? 'keep' : 'drop',
    sent: false,
    evaluation,
    verdict: undefined,
    recordAlways,
    debit,
    segment: undefined,
  };
}
