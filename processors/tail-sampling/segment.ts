import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import type { SegmentEvaluation, SegmentVerdict, TraceDecision } from '../../src/core/index.ts';

/** The undecided spans of one trace in this process. */
export class Segment {
  /** Estimated bytes of a segment without its spans. */
  static readonly bytes = 512;

  /** Ended spans that wait for the decision. */
  spans: ReadableSpan[] = [];
  /** Their estimated bytes, with the segment's own. */
  bytes = Segment.bytes;
  /** Spans that have started and not ended. */
  open = 0;
  /** Local roots that have not ended; two requests of one trace may run at once. */
  openRoots = 0;
  /** When the last local root ended, on the monotonic clock; undefined while one is open. */
  rootEnded: number | undefined;
  /** Set once the trace is kept for sure while the rule is still open: spans stream, roots wait. */
  streaming: SegmentVerdict | undefined;
  /** True once it is decided. */
  closed = false;
  /** When something is due next, on the monotonic clock. */
  due = Infinity;
  /** Decisions of the other segments of the trace that share this one. */
  readonly decisions: TraceDecision[] = [];

  constructor(
    /** The trace id, with a span id behind it if the trace has another segment here. */
    readonly key: string,
    readonly evaluation: SegmentEvaluation,
    /** On the monotonic clock. */
    readonly started: number,
    /** The sampled flag of its spans. */
    readonly isSampled: boolean,
  ) {}
}

/** True for the first span of a segment. */
export function isLocalRoot({ parentSpanContext }: ReadableSpan): boolean {
  return parentSpanContext === undefined || parentSpanContext.isRemote === true;
}
