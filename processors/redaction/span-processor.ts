import type { Context } from '@opentelemetry/api';
import type { ReadableSpan, Span, SpanProcessor } from '@opentelemetry/sdk-trace';
import { copySpan } from '../../src/core/index.ts';
import { ERROR_PLACEHOLDER } from './kinds.ts';
import type { Redactor } from './redactor.ts';
import { SharedParts } from './shared-parts.ts';
import { emptySpan, redactSpan } from './span.ts';
import { type Summary, withSummary } from './summary.ts';

/**
 * Hands on every span without secrets and personal data. A plain OpenTelemetry span processor:
 * put it in front of the one that exports.
 *
 * @example new RedactionProcessor(new BatchSpanProcessor({ exporter }), createRedactor())
 */
export class RedactionProcessor implements SpanProcessor {
  private readonly shared: SharedParts;

  constructor(
    private readonly next: SpanProcessor,
    private readonly redactor: Redactor,
    private readonly summary: Summary = 'none',
  ) {
    this.shared = new SharedParts(redactor);
    if (next.onEnding) this.onEnding = (span) => next.onEnding?.(span);
  }

  /** Present only where the next processor has it. */
  onEnding?: (span: Span) => void;

  onStart(span: Span, parentContext: Context): void {
    this.next.onStart(span, parentContext);
  }

  onEnd(span: ReadableSpan): void {
    this.next.onEnd(this.clean(span));
  }

  private clean(span: ReadableSpan): ReadableSpan {
    try {
      const before = this.redactor.found;
      const clean = redactSpan(span, this.redactor, this.shared);
      const count = this.redactor.found - before;
      if (this.summary === 'none' || count === 0) return clean;
      const attributes = withSummary(this.summary, span.attributes, clean.attributes, count);
      return copySpan(clean, { attributes });
    } catch {
      // Fails closed: better a span without content than one that was not examined.
      return emptySpan(span, ERROR_PLACEHOLDER);
    }
  }

  forceFlush(): Promise<void> {
    return this.next.forceFlush();
  }

  shutdown(): Promise<void> {
    return this.next.shutdown();
  }
}
