import { type SpanContext, TraceFlags } from '@opentelemetry/api';
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace';
import type { SegmentVerdict, TraceDecision } from '../../src/core/index.ts';
import { KeptSpan } from './kept-span.ts';
import type { TailSamplingOptions } from './options.ts';
import { isLocalRoot } from './segment.ts';
import type { TailMetrics } from './tail-metrics.ts';

/** The way out of the tail sampler: hands decided spans on, or not. */
export class SpanOutlet {
  /** True if nothing asks for the spans of a dropped trace, so that they need not be looked at. */
  private readonly dropsAll: boolean;

  constructor(
    private readonly next: SpanProcessor,
    private readonly options: TailSamplingOptions,
    private readonly metrics: TailMetrics,
  ) {
    this.dropsAll = !options.passDropped && options.policy?.keepSpan === undefined;
  }

  /** A span of a decided segment. */
  follow(span: ReadableSpan, verdict: SegmentVerdict, isLate: boolean): void {
    if (isLate) this.metrics.late(verdict.keep);
    if (verdict.keep) this.keep(span, verdict);
    else this.drop(span);
  }

  /** The spans that waited for the verdict. */
  followAll(spans: readonly ReadableSpan[], verdict: SegmentVerdict): void {
    if (verdict.keep) for (const span of spans) this.keep(span, verdict);
    else if (this.dropsAll) this.metrics.span(false, spans.length);
    else for (const span of spans) this.drop(span);
  }

  /** A span whose trace was decided at its start. */
  pass(span: ReadableSpan, spanContext: SpanContext, decision: TraceDecision | undefined): void {
    if (isSampled(spanContext)) {
      this.metrics.span(true);
      this.next.onEnd(span);
    } else if (decision?.outcome === 'keep') {
      this.metrics.span(true);
      this.next.onEnd(new KeptSpan(span));
    } else {
      this.drop(span);
    }
  }

  /** Hands a kept span on, as a copy where flag, weight or attributes differ. */
  keep(span: ReadableSpan, verdict: SegmentVerdict): void {
    this.metrics.span(true);
    const { traceState, rootAttributes, spanAttributes } = verdict;
    const extra = isLocalRoot(span) ? { ...rootAttributes, ...spanAttributes } : spanAttributes;
    const isPlain = traceState === undefined && extra === undefined && isSampled(span.spanContext());
    this.next.onEnd(isPlain ? span : new KeptSpan(span, traceState, extra));
  }

  /** Drops a span, unless a single-span rule wants it or the backend counts dropped ones. */
  drop(span: ReadableSpan): void {
    const attributes = this.options.policy?.keepSpan?.(span);
    if (attributes) {
      this.metrics.span(true);
      this.next.onEnd(new KeptSpan(span, undefined, attributes));
      return;
    }
    this.metrics.span(false);
    if (!this.options.passDropped) return;
    this.next.onEnd(isSampled(span.spanContext()) ? new KeptSpan(span, undefined, undefined, false) : span);
  }
}

/** True if the context carries the sampled flag. */
export function isSampled({ traceFlags }: SpanContext): boolean {
  return (traceFlags & TraceFlags.SAMPLED) !== 0;
}
