import type { Context } from '@opentelemetry/api';
import type { ReadableSpan, Span, SpanProcessor } from '@opentelemetry/sdk-trace';
import { copySpan, errorMessage, loadPart } from '../../src/core/index.ts';
import { hasGenAiEvents, isGenAi } from './detect.ts';
import type { GenAiOptions } from './options.ts';
import { RetryAfterFinder } from './retry-after.ts';
import { SameCallFinder } from './same-call.ts';
import type { SpanOrder } from './span-order.ts';

/**
 * Puts GenAI spans of any library in order, on their way to the next processor: one vocabulary,
 * cost, metrics, error kinds, and no content unless allowed. Other spans pass untouched, and the
 * live span is never changed. What does that is loaded with the first GenAI span.
 *
 * @example
 * new TracerProvider({ spanProcessors: [new GenAiProcessor(new BatchSpanProcessor({ exporter }))] });
 */
export class GenAiProcessor implements SpanProcessor {
  private readonly sameCall = new SameCallFinder();
  private readonly waits = new RetryAfterFinder();
  private readonly reported = new Set<string>();
  private order: SpanOrder | undefined;

  /** @param next receives every span */
  constructor(
    private readonly next: SpanProcessor,
    private readonly options: GenAiOptions = {},
  ) {}

  onStart(span: Span, parentContext: Context): void {
    this.sameCall.onStart(span, parentContext);
    this.next.onStart(span, parentContext);
  }

  onEnding(span: Span): void {
    this.next.onEnding?.(span);
  }

  onEnd(span: ReadableSpan): void {
    if (isGenAi(span.attributes)) {
      this.next.onEnd(this.process(span));
    } else {
      this.sameCall.forget(span);
      this.waits.onHttpEnd(span);
      this.next.onEnd(hasGenAiEvents(span.events) ? this.process(span) : span);
    }
  }

  forceFlush(): Promise<void> {
    return this.next.forceFlush();
  }

  shutdown(): Promise<void> {
    return this.next.shutdown();
  }

  /** Fails closed: what cannot be put in order loses whatever may be content. */
  private process(span: ReadableSpan): ReadableSpan {
    try {
      this.order ??= this.loadOrder();
    } catch (error) {
      this.report(`GenAI spans cannot be read and lose their attributes: ${errorMessage(error)}`);
      return copySpan(span, {
        name: span.name,
        attributes: {},
        status: { code: span.status.code },
        events: [],
      });
    }
    return this.order.process(span);
  }

  private loadOrder(): SpanOrder {
    const part = loadPart<typeof import('./order.ts')>(import.meta.url, './order.ts');
    const { sameCall, waits } = this;
    return new part.SpanOrder(this.options, { sameCall, waits, report: (message) => this.report(message) });
  }

  private report(message: string): void {
    if (this.reported.has(message) || this.reported.size >= 20) return;
    this.reported.add(message);
    this.options.onError?.(message);
  }
}
