import { type Context, propagation } from '@opentelemetry/api';
import type { ReadableSpan, Span, SpanProcessor } from '@opentelemetry/sdk-trace';
import { getPropagationState, type PropagationState } from '../src/core/index.ts';

/** Baggage that dd-trace copies to span tags by default, DD_TRACE_BAGGAGE_TAG_KEYS. */
export const BAGGAGE_TAG_KEYS: readonly string[] = ['user.id', 'session.id', 'account.id'];

/** Options of an {@link InboundContextProcessor}. */
export interface InboundContextOptions {
  /** Baggage keys copied to `baggage.<key>` of the local root; `*` means all. Default: dd-trace's. */
  readonly baggageTagKeys?: readonly string[];
}

/**
 * Completes the local root span with what a propagator cannot give it: links to the contexts that
 * came along and are not its parent, attributes from baggage, and no parent where the trace goes
 * on without one (Datadog's parent id 0). Put it before all other processors.
 */
export class InboundContextProcessor implements SpanProcessor {
  private readonly keys: ReadonlySet<string>;

  constructor({ baggageTagKeys = BAGGAGE_TAG_KEYS }: InboundContextOptions = {}) {
    this.keys = new Set(baggageTagKeys);
  }

  onStart(span: Span, parentContext: Context): void {
    const parent = span.parentSpanContext;
    if (parent && !parent.isRemote) return;
    if (this.keys.size > 0) this.copyBaggage(span, parentContext);
    const state = getPropagationState(parentContext);
    if (!state || !this.isFor(state, span)) return;
    if (state.parentless) removeParent(span);
    if (state.links.length > 0) span.addLinks([...state.links]);
  }

  /** True if the span continues the extracted trace, or is the first root of a new one. */
  private isFor(state: PropagationState, span: Span): boolean {
    const { traceId } = span.spanContext();
    // Claimed by the first root: later ones in the same Context are traces of their own.
    state.traceId ??= traceId;
    return state.traceId === traceId;
  }

  private copyBaggage(span: Span, context: Context): void {
    const baggage = propagation.getBaggage(context);
    if (!baggage) return;
    if (this.keys.has('*')) {
      for (const [key, { value }] of baggage.getAllEntries()) span.setAttribute(`baggage.${key}`, value);
      return;
    }
    for (const key of this.keys) {
      const entry = baggage.getEntry(key);
      if (entry) span.setAttribute(`baggage.${key}`, entry.value);
    }
  }

  onEnd(_span: ReadableSpan): void {}

  async forceFlush(): Promise<void> {}

  async shutdown(): Promise<void> {}
}

/**
 * Takes the stand-in parent away. The SDK only continues a trace id under a valid parent and has no
 * other place where the parent could be left out before processors and exporters see the span.
 */
function removeParent(span: Span): void {
  Reflect.set(span, 'parentSpanContext', undefined);
}
