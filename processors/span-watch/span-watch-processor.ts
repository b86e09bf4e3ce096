import { type Context, logs, SpanStatusCode } from '@opentelemetry/api';
import type { ReadableSpan, Span, SpanProcessor } from '@opentelemetry/sdk-trace';
import { errorMessage, type Timer, VERSION } from '../../src/core/index.ts';
import { INCOMPLETE, incompleteEvent, incompleteSpan } from './incomplete.ts';
import { Limits } from './limits.ts';
import { DEFAULTS, KINDS, type SpanWatchOptions, type SpanWatchSettings } from './options.ts';

interface Watched {
  readonly span: Span;
  /** Monotonic milliseconds. */
  readonly started: number;
}

/**
 * Tells about spans that are open for too long, once each: an event in the trace and a count in
 * `signalbox.span.incomplete`. The span itself is neither changed nor ended, unless that is chosen.
 * One sweep that keeps no process alive, no timer per span. Put it first, in front of processors
 * that hold spans back.
 *
 * @example
 * new TracerProvider({ spanProcessors: [new SpanWatchProcessor(new BatchSpanProcessor({ exporter }), { host })] });
 */
export class SpanWatchProcessor implements SpanProcessor {
  private readonly settings: SpanWatchSettings;
  private readonly limits: Limits;
  /** By span id, oldest first. */
  private readonly open = new Map<string, Watched>();
  /** Reported and still open; kept only to export them at shutdown. */
  private readonly reported = new Map<string, Watched>();
  /** Exported while open: their end is no second span. */
  private readonly exported = new Set<string>();
  private readonly timer: Timer | undefined;
  private stopping: Promise<void> | undefined;

  /** @param next receives every span */
  constructor(
    private readonly next: SpanProcessor,
    private readonly options: SpanWatchOptions,
  ) {
    this.settings = { ...DEFAULTS, ...options };
    this.limits = new Limits(this.settings);
    if (next.onEnding) this.onEnding = (span) => next.onEnding?.(span);
    if (Number.isFinite(this.limits.shortest))
      this.timer = options.host.every(this.limits.sweepInterval, () => this.sweep());
  }

  /** Present only where the next processor has it. */
  onEnding?: (span: Span) => void;

  onStart(span: Span, parentContext: Context): void {
    if (!this.stopping) {
      if (this.open.size < this.settings.maxSpans) {
        this.open.set(span.spanContext().spanId, { span, started: this.options.host.clock.monotonic() });
      } else this.options.host.counters.add('signalbox.span_watch.unwatched');
    }
    this.next.onStart(span, parentContext);
  }

  onEnd(span: ReadableSpan): void {
    const { spanId } = span.spanContext();
    if (!this.open.delete(spanId)) {
      if (this.exported.size > 0 && this.exported.delete(spanId)) return;
      if (this.reported.size > 0) this.reported.delete(spanId);
    }
    this.next.onEnd(span);
  }

  forceFlush(): Promise<void> {
    return this.next.forceFlush();
  }

  shutdown(): Promise<void> {
    this.stopping ??= this.stop();
    return this.stopping;
  }

  /** Spans held now, for tests and diagnostics. */
  get held(): number {
    return this.open.size + this.reported.size;
  }

  /**
   * Hands what is open on as incomplete spans, if that is chosen: the process ends, and nothing
   * will end them any more. If one does end later, that end is not passed on.
   */
  exportOpen(): void {
    if (this.settings.shutdown !== 'export') return;
    const now = this.options.host.clock.monotonic();
    for (const held of [this.reported, this.open]) {
      for (const [spanId, { span, started }] of held) {
        held.delete(spanId);
        this.exported.add(spanId);
        this.count(span, 'shutdown');
        this.next.onEnd(incompleteSpan(span, now - started));
      }
    }
  }

  private stop(): Promise<void> {
    this.timer?.cancel();
    try {
      this.exportOpen();
    } catch (error) {
      this.options.host.log.error(`open spans could not be exported: ${errorMessage(error)}`);
    }
    this.open.clear();
    this.reported.clear();
    return this.next.shutdown();
  }

  private sweep(): void {
    const now = this.options.host.clock.monotonic();
    for (const [spanId, watched] of this.open) {
      const age = now - watched.started;
      // Insertion order is order of age.
      if (age < this.limits.shortest) return;
      if (age < this.limits.of(watched.span)) continue;
      this.open.delete(spanId);
      try {
        this.overdue(spanId, watched, age);
      } catch (error) {
        this.options.host.log.error(`an open span could not be reported: ${errorMessage(error)}`);
      }
    }
  }

  private overdue(spanId: string, watched: Watched, age: number): void {
    const { span } = watched;
    const { action, shutdown } = this.settings;
    this.count(span, action);
    const logger = this.options.logger ?? logs.getLogger('signalbox', VERSION);
    logger.emit(incompleteEvent(span, age));
    if (action === 'end') {
      span.setAttribute(INCOMPLETE, true);
      span.setAttribute('error.type', 'timeout');
      span.setStatus({ code: SpanStatusCode.ERROR, message: `still open after ${Math.round(age)} ms` });
      span.end();
    } else if (shutdown === 'export') this.remember(spanId, watched);
  }

  /** Spans that nobody ends would pile up here; the oldest gives way. */
  private remember(spanId: string, watched: Watched): void {
    if (this.reported.size >= this.settings.maxSpans) {
      const [oldest] = this.reported.keys();
      if (oldest !== undefined) this.reported.delete(oldest);
      this.options.host.counters.add('signalbox.span_watch.unwatched');
    }
    this.reported.set(spanId, watched);
  }

  private count(span: ReadableSpan, action: string): void {
    this.options.host.counters.add(INCOMPLETE, 1, { kind: KINDS[span.kind] ?? 'internal', action });
  }
}
