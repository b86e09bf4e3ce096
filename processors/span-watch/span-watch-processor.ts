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

/** So many spans that have ended are held at most, beside as many as are open. */
const CROWD = 256;

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
  /**
   * Oldest first, with some that have ended since. A Map that spans go in and out of would cost more, and
   * V8 keeps what was in the old tables of such a Map until the next collection of everything.
   */
  private open: Watched[] = [];
  /** As long as this it is looked through for spans that have ended. */
  private crowded = CROWD;
  /** Reported and still open; kept only to export them at shutdown. */
  private readonly reported = new Map<string, Watched>();
  /** Exported while open: their end is no second span. */
  private readonly exported = new Set<string>();
  private readonly timer: Timer | undefined;
  private unwatched = 0;
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
    if (!this.stopping) this.watch(span);
    this.next.onStart(span, parentContext);
  }

  onEnd(span: ReadableSpan): void {
    if (this.exported.size > 0 && this.exported.delete(span.spanContext().spanId)) return;
    if (this.reported.size > 0) this.reported.delete(span.spanContext().spanId);
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
    return this.open.filter(isOpen).length + this.reported.size;
  }

  /**
   * Hands what is open on as incomplete spans, if that is chosen: the process ends, and nothing
   * will end them any more. If one does end later, that end is not passed on.
   */
  exportOpen(): void {
    if (this.settings.shutdown !== 'export') return;
    const now = this.options.host.clock.monotonic();
    for (const [spanId, watched] of this.reported) {
      this.reported.delete(spanId);
      this.handOn(watched, now);
    }
    this.forgetEnded();
    // Taken off one by one: if one cannot be handed on, the others are there for the next call.
    for (let watched = this.open.shift(); watched; watched = this.open.shift()) this.handOn(watched, now);
  }

  private handOn({ span, started }: Watched, now: number): void {
    this.exported.add(span.spanContext().spanId);
    this.count(span, 'shutdown');
    this.next.onEnd(incompleteSpan(span, now - started));
  }

  private watch(span: Span): void {
    if (this.open.length >= this.crowded) this.forgetEnded();
    if (this.open.length < this.settings.maxSpans) {
      this.open.push({ span, started: this.options.host.clock.monotonic() });
      return;
    }
    // All of them may have ended meanwhile, but to look at each time would take too long.
    this.unwatched++;
    if (this.unwatched % CROWD === 0) this.forgetEnded();
    this.options.host.counters.add('signalbox.span_watch.unwatched');
  }

  private forgetEnded(): void {
    this.open = this.open.filter(isOpen);
    this.crowded = Math.min(
      this.open.length * 2 + CROWD,
      Math.max(this.open.length + 1, this.settings.maxSpans),
    );
  }

  private stop(): Promise<void> {
    this.timer?.cancel();
    try {
      this.exportOpen();
    } catch (error) {
      this.options.host.log.error(`open spans could not be exported: ${errorMessage(error)}`);
    }
    this.open = [];
    this.reported.clear();
    return this.next.shutdown();
  }

  private sweep(): void {
    const now = this.options.host.clock.monotonic();
    this.forgetEnded();
    const overdue: Watched[] = [];
    this.open = this.open.filter((watched) => {
      const age = now - watched.started;
      const isOverdue = age >= this.limits.shortest && age >= this.limits.of(watched.span);
      if (isOverdue) overdue.push(watched);
      return !isOverdue;
    });
    for (const watched of overdue) {
      try {
        this.overdue(watched, now - watched.started);
      } catch (error) {
        this.options.host.log.error(`an open span could not be reported: ${errorMessage(error)}`);
      }
    }
  }

  private overdue(watched: Watched, age: number): void {
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
    } else if (shutdown === 'export') this.remember(span.spanContext().spanId, watched);
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

function isOpen({ span }: Watched): boolean {
  return span.isRecording();
}
