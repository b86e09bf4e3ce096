import { type Context, trace } from '@opentelemetry/api';
import type { ReadableSpan, Span } from '@opentelemetry/sdk-trace';
import { ATTR, isBilled } from '../../src/genai/conventions/index.ts';
import { isGenAi } from './detect.ts';
import type { Draft } from './dialects/index.ts';

/** What is remembered of an inner call until the spans around it have ended. */
interface InnerCall {
  readonly spanId: string;
  readonly operation: unknown;
  readonly responseId: unknown;
  readonly model: unknown;
  readonly input: number;
  readonly output: number;
}

/** How many surrounding spans a generation remembers, and how many calls within one. */
const MAX_SPANS = 2000;
const MAX_CALLS = 64;
const MAX_DEPTH = 32;

/**
 * Finds out whether a span wraps another span that is the very same call, as when LangChain's span
 * surrounds the provider client's: only the inner one may count. Inner spans end first; each leaves
 * a note at all the spans around it.
 */
export class SameCallFinder {
  private parents = new WeakMap<object, object>();
  /** Two generations: when the younger is full, the elder is forgotten. Spans that never end fill no memory. */
  private inner = new Map<string, InnerCall[]>();
  private elder = new Map<string, InnerCall[]>();
  private active = false;

  /** Remembers who surrounds whom. Costs nothing before the first GenAI span. */
  onStart(span: Span, parentContext: Context): void {
    if (!this.active) {
      if (!isGenAi(span.attributes)) return;
      this.active = true;
    }
    const parent = trace.getSpan(parentContext);
    if (parent) this.parents.set(span, parent);
  }

  /** The id of the inner span that is the same call, if there is one. */
  innerCall(span: ReadableSpan, attributes: Draft): string | undefined {
    const { spanId } = span.spanContext();
    const calls = this.take(spanId);
    if (!calls) return undefined;
    if (!isBilled(attributes[ATTR.operation])) return undefined;
    return matching(calls, noteOf(span, attributes))?.spanId;
  }

  /** Forgets what was noted at a span that is no call. */
  forget(span: ReadableSpan): void {
    if (this.inner.size > 0 || this.elder.size > 0) this.take(span.spanContext().spanId);
  }

  /** Leaves the note at the surrounding spans. */
  onEnd(span: ReadableSpan, attributes: Draft): void {
    if (!isBilled(attributes[ATTR.operation])) return;
    const note = noteOf(span, attributes);
    let current: object | undefined = this.parents.get(span);
    if (!current) {
      const parentId = span.parentSpanContext?.spanId;
      if (parentId && !span.parentSpanContext?.isRemote) this.leave(parentId, note);
      return;
    }
    for (let depth = 0; current && depth < MAX_DEPTH; depth++) {
      this.leave((current as Span).spanContext().spanId, note);
      current = this.parents.get(current);
    }
  }

  private take(spanId: string): InnerCall[] | undefined {
    const calls = this.inner.get(spanId) ?? this.elder.get(spanId);
    this.inner.delete(spanId);
    this.elder.delete(spanId);
    return calls;
  }

  private leave(spanId: string, note: InnerCall): void {
    const calls = this.inner.get(spanId) ?? this.elder.get(spanId);
    if (calls) {
      if (calls.length < MAX_CALLS) calls.push(note);
      return;
    }
    if (this.inner.size >= MAX_SPANS) {
      this.elder = this.inner;
      this.inner = new Map();
    }
    this.inner.set(spanId, [note]);
  }
}

function noteOf(span: ReadableSpan, attributes: Draft): InnerCall {
  return {
    spanId: span.spanContext().spanId,
    operation: attributes[ATTR.operation],
    responseId: attributes[ATTR.responseId],
    model: attributes[ATTR.requestModel] ?? attributes[ATTR.responseModel],
    input: number(attributes[ATTR.inputTokens]),
    output: number(attributes[ATTR.outputTokens]),
  };
}

function number(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}

function matching(calls: readonly InnerCall[], outer: InnerCall): InnerCall | undefined {
  const byId = calls.find(({ responseId }) => responseId !== undefined && responseId === outer.responseId);
  if (byId) return byId;
  const alike = calls.filter(
    ({ operation, responseId }) =>
      operation === outer.operation && (responseId === undefined || outer.responseId === undefined),
  );
  if (outer.input + outer.output === 0) return alike.find(({ model }) => model === outer.model);
  const same = alike.find(({ input, output }) => input === outer.input && output === outer.output);
  if (same) return same;
  const input = alike.reduce((sum, call) => sum + call.input, 0);
  const output = alike.reduce((sum, call) => sum + call.output, 0);
  return input === outer.input && output === outer.output ? alike[0] : undefined;
}
