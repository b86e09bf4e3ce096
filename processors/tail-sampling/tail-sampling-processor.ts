import type { Context, SpanContext } from '@opentelemetry/api';
import type { ReadableSpan, Span, SpanProcessor } from '@opentelemetry/sdk-trace';
import { decisionOf, type SegmentVerdict, type Timer, type TraceDecision } from '../../src/core/index.ts';
import { DecisionCache } from './decision-cache.ts';
import { estimateSize } from './estimate-size.ts';
import { BUFFER_DEFAULTS, type BufferLimits, type TailSamplingOptions } from './options.ts';
import { isLocalRoot, Segment } from './segment.ts';
import { isSampled, SpanOutlet } from './span-outlet.ts';
import { TailMetrics } from './tail-metrics.ts';

/** Milliseconds between looks at what is due. */
const TICK = 100;
/** How many of the oldest segments are compared for the largest when room is needed. */
const CANDIDATES = 32;

/** Why a segment was decided before its spans had all ended. */
export type ForcedReason = 'linger' | 'wait' | 'spans' | 'bytes' | 'trace_spans' | 'flush' | 'shutdown';

/**
 * Holds the spans of undecided traces back until the outcome is certain, then hands on the kept
 * ones, and streams or drops what comes later. Sits in front of the processors that export.
 *
 * - `onStart` is passed on at once; `onEnd` only for kept spans, later, with a copy where flag,
 *   weight or attributes differ.
 * - `forceFlush` exports what is decided; `shutdown` decides the rest first. See `docs/sampling.md`.
 */
export class TailSamplingProcessor implements SpanProcessor {
  private readonly limits: BufferLimits;
  private readonly segments = new Map<string, Segment>();
  private readonly cache: DecisionCache;
  private readonly metrics: TailMetrics;
  private readonly outlet: SpanOutlet;
  private spans = 0;
  private bytes = 0;
  private timer: Timer | undefined;
  private stopping: Promise<void> | undefined;

  constructor(
    private readonly next: SpanProcessor,
    private readonly options: TailSamplingOptions,
  ) {
    this.limits = { ...BUFFER_DEFAULTS, ...options.limits };
    this.cache = new DecisionCache(this.limits.decisions);
    this.metrics = new TailMetrics(options.host.counters, this.arm);
    this.outlet = new SpanOutlet(next, options, this.metrics);
    if (this.next.onEnding) this.onEnding = (span) => this.next.onEnding?.(span);
  }

  onEnding?: (span: Span) => void;

  onStart(span: Span, parentContext: Context): void {
    this.next.onStart(span, parentContext);
    if (this.stopping) return;
    const spanContext = span.spanContext();
    const decision = decisionOf(spanContext);
    // Decided already, or by the parent: nothing to follow.
    if (decision ? decision.outcome !== 'open' : isSampled(spanContext)) return;
    const segment = this.segmentOf(span, spanContext, decision);
    if (!segment) return;
    segment.open++;
    if (isLocalRoot(span)) {
      segment.openRoots++;
      segment.rootEnded = undefined;
    }
    if (segment.evaluation.spanStarted(span)) this.look(segment, false);
  }

  onEnd(span: ReadableSpan): void {
    if (this.stopping) return;
    const spanContext = span.spanContext();
    const decision = decisionOf(spanContext);
    const verdict = decision?.verdict;
    if (verdict) {
      this.outlet.follow(span, verdict, true);
      return;
    }
    if (decision ? decision.outcome !== 'open' : isSampled(spanContext)) {
      this.outlet.pass(span, spanContext, decision);
      return;
    }
    const segment = (decision?.segment as Segment | undefined) ?? this.segments.get(spanContext.traceId);
    if (segment && !segment.closed) {
      this.take(span, segment);
      return;
    }
    const remembered = this.cache.get(spanContext.traceId);
    if (remembered) this.outlet.follow(span, remembered, true);
    else this.outlet.drop(span);
  }

  async forceFlush(): Promise<void> {
    if (this.options.flush === 'decide') this.decideAll('flush');
    this.metrics.flush();
    await this.next.forceFlush();
  }

  shutdown(): Promise<void> {
    this.stopping ??= this.stop();
    return this.stopping;
  }

  /** Decides all that is open, because the process ends without a `shutdown`; what is kept is handed on at once. */
  atEnd(): void {
    this.decideAll('shutdown', this.options.shutdown === 'drop');
    this.metrics.flush();
  }

  /** Spans and estimated bytes held now, for tests and diagnostics. */
  get held(): { readonly traces: number; readonly spans: number; readonly bytes: number } {
    return { traces: this.segments.size, spans: this.spans, bytes: this.bytes };
  }

  private stop(): Promise<void> {
    this.timer?.cancel();
    this.atEnd();
    return this.next.shutdown();
  }

  /** The segment a starting span belongs to; a new one if it opens it. */
  private segmentOf(
    span: ReadableSpan,
    { traceId }: SpanContext,
    decision: TraceDecision | undefined,
  ): Segment | undefined {
    const own = decision?.segment as Segment | undefined;
    if (own) return own.closed ? undefined : own;
    const shared = this.segments.get(traceId);
    // Segments of one trace share their facts, unless one has promised more than the other.
    if (shared && (!decision || shared.isSampled === decision.sampled)) {
      if (decision) this.join(decision, shared);
      return shared;
    }
    // A child of a segment that was decided follows it when it ends; it opens nothing.
    if (!isLocalRoot(span)) return undefined;
    // A span without any parent begins its trace: nothing of it was decided.
    const earlier = span.parentSpanContext && this.cache.get(traceId);
    if (earlier?.keep) {
      if (decision) decision.verdict = earlier;
      return undefined;
    }
    const evaluation = decision?.evaluation ?? this.options.policy?.evaluate(span);
    if (!evaluation) return undefined;
    const now = this.options.host.clock.monotonic();
    const key = shared ? `${traceId}/${span.spanContext().spanId}` : traceId;
    const segment = new Segment(key, evaluation, now, decision?.sampled === true);
    if (decision) this.join(decision, segment);
    segment.due = now + Math.min(evaluation.nextElapsed, this.limits.wait);
    this.segments.set(key, segment);
    this.account(0, segment.bytes);
    if (this.bytes > this.limits.bytes) this.relieve('bytes', segment);
    return segment;
  }

  private join(decision: TraceDecision, segment: Segment): void {
    decision.segment = segment;
    segment.decisions.push(decision);
  }

  /** A span of an undecided segment has ended. */
  private take(span: ReadableSpan, segment: Segment): void {
    segment.open--;
    const isRoot = isLocalRoot(span);
    if (isRoot && --segment.openRoots === 0) segment.rootEnded = this.options.host.clock.monotonic();
    const news = segment.evaluation.spanEnded(span);
    if (segment.streaming && !isRoot) this.outlet.keep(span, segment.streaming);
    else this.hold(span, segment);
    if (segment.open <= 0) this.look(segment, true);
    else if (news) this.look(segment, false);
    if (segment.closed) return;
    if (isRoot && segment.openRoots === 0) {
      segment.due = Math.min(segment.due, (segment.rootEnded ?? 0) + this.limits.linger);
    }
    this.checkBounds(segment);
  }

  private hold(span: ReadableSpan, segment: Segment): void {
    const bytes = estimateSize(span);
    segment.spans.push(span);
    segment.bytes += bytes;
    this.account(1, bytes);
  }

  private checkBounds(segment: Segment): void {
    if (segment.spans.length > this.limits.traceSpans) this.force(segment, 'trace_spans');
    else if (this.spans > this.limits.spans) this.relieve('spans');
    else if (this.bytes > this.limits.bytes) this.relieve('bytes');
  }

  /** Decides if the outcome is certain. */
  private look(segment: Segment, complete: boolean): void {
    const verdict = segment.evaluation.verdict(complete);
    if (!verdict) return;
    if (verdict.final) this.settle(segment, verdict);
    else if (!segment.streaming) this.stream(segment, verdict);
  }

  /** Kept for sure, by which rule is open: everything but the local roots goes out now. */
  private stream(segment: Segment, verdict: SegmentVerdict): void {
    segment.streaming = verdict;
    const { spans } = segment;
    segment.spans = [];
    this.account(-spans.length, Segment.bytes - segment.bytes);
    segment.bytes = Segment.bytes;
    for (const span of spans) {
      if (isLocalRoot(span)) this.hold(span, segment);
      else this.outlet.keep(span, verdict);
    }
  }

  private settle(segment: Segment, final: SegmentVerdict): void {
    // What has begun to stream is never taken back.
    const verdict = segment.streaming && !final.keep ? segment.streaming : final;
    segment.closed = true;
    this.segments.delete(segment.key);
    this.account(-segment.spans.length, -segment.bytes);
    for (const decision of segment.decisions) {
      decision.verdict = verdict;
      decision.outcome = verdict.keep ? 'keep' : 'drop';
      decision.segment = undefined;
    }
    // Spans with a decision of ours carry the verdict; a drop binds nobody else.
    if (verdict.keep || segment.decisions.length === 0) this.cache.set(segment.key.slice(0, 32), verdict);
    this.metrics.decided(verdict, this.options.host.clock.monotonic() - segment.started);
    const { spans } = segment;
    segment.spans = [];
    this.outlet.followAll(spans, verdict);
  }

  private force(segment: Segment, reason: ForcedReason, drop = false): void {
    this.metrics.forced(reason);
    const verdict = drop && !segment.streaming ? DROPPED_AT_SHUTDOWN : segment.evaluation.verdict(true);
    this.settle(segment, verdict ?? segment.streaming ?? DROPPED_AT_SHUTDOWN);
  }

  /** Makes room: decides the largest of the oldest segments by what is known. */
  private relieve(reason: 'spans' | 'bytes', except?: Segment): void {
    let largest: Segment | undefined;
    let seen = 0;
    for (const segment of this.segments.values()) {
      if (seen++ >= CANDIDATES) break;
      if (segment !== except && segment.bytes > (largest?.bytes ?? 0)) largest = segment;
    }
    if (largest) this.force(largest, reason);
  }

  private decideAll(reason: ForcedReason, drop = false): void {
    for (const segment of [...this.segments.values()]) this.force(segment, reason, drop);
  }

  private account(spans: number, bytes: number): void {
    this.spans += spans;
    this.bytes += bytes;
    this.metrics.buffer(spans, bytes);
  }

  private readonly arm = (): void => {
    if (this.timer || this.stopping) return;
    this.timer = this.options.host.after(TICK, () => this.tick());
  };

  private tick(): void {
    this.timer = undefined;
    const now = this.options.host.clock.monotonic();
    for (const segment of this.segments.values()) {
      if (segment.due <= now) this.due(segment, now);
    }
    this.metrics.flush();
    if (this.segments.size > 0) this.arm();
  }

  private due(segment: Segment, now: number): void {
    const age = now - segment.started;
    if (segment.evaluation.elapsed(age)) this.look(segment, false);
    if (segment.closed) return;
    const { rootEnded } = segment;
    const hasLingered = rootEnded !== undefined && now - rootEnded >= this.limits.linger;
    if (hasLingered || age >= this.limits.wait) {
      this.force(segment, hasLingered ? 'linger' : 'wait');
      return;
    }
    const linger = rootEnded === undefined ? Infinity : rootEnded + this.limits.linger;
    segment.due = Math.min(
      segment.started + Math.min(segment.evaluation.nextElapsed, this.limits.wait),
      linger,
    );
  }
}

const DROPPED_AT_SHUTDOWN: SegmentVerdict = Object.freeze({ keep: false, final: true, rule: 'shutdown' });
