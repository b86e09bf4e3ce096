import {
  type Attributes,
  type Context,
  context,
  diag,
  INVALID_SPAN_CONTEXT,
  type Link,
  type Span,
  SpanKind,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { VERSION } from '../core/index.ts';
import { bindGenerator, isAsyncGenerator } from './bind-generator.ts';
import { SCHEMA_URL } from './conventions/index.ts';
import { recordError } from './errors.ts';
import { quietly } from './quietly.ts';

/** What every helper needs to know about its span. */
export interface SpanPlan {
  readonly name: string;
  readonly kind?: SpanKind;
  readonly attributes: Attributes;
  readonly links?: Link[];
  /** Default: the active one. */
  readonly parent?: Context;
  /** What to add to the context the function runs in. */
  readonly extend?: (context: Context) => Context;
}

/** The tracer of the helpers. Asked for each time, so that an SDK may be registered later. */
export function genAiTracer(): Tracer {
  return trace.getTracerProvider().getTracer('signalbox.genai', VERSION, { schemaUrl: SCHEMA_URL });
}

/** A plan, or what makes one; that may fail, for example with options that are not what they should be. */
export type Planned = SpanPlan | (() => SpanPlan);

/**
 * Starts the span of a plan; the context has it as the active span. A plan that cannot be made gives
 * a span that records nothing: the work itself must go on.
 */
export function startSpan(planned: Planned): { span: Span; ctx: Context } {
  try {
    return start(typeof planned === 'function' ? planned() : planned);
  } catch (error) {
    diag.error('signalbox.genai: a span could not be started', error);
    return { span: trace.wrapSpanContext(INVALID_SPAN_CONTEXT), ctx: context.active() };
  }
}

function start(plan: SpanPlan): { span: Span; ctx: Context } {
  const parent = plan.parent ?? context.active();
  const { kind = SpanKind.INTERNAL, attributes, links = [] } = plan;
  const span = genAiTracer().startSpan(plan.name, { kind, attributes, links }, parent);
  const ctx = trace.setSpan(parent, span);
  return { span, ctx: plan.extend ? plan.extend(ctx) : ctx };
}

/**
 * Runs a function within a span, and returns what it returns: a value, a promise, or an async
 * generator, whose every step then runs within the span. The span ends when the work does. What the
 * function throws is recorded and thrown on, unchanged.
 *
 * @param finish called before the span ends, with the result
 */
export function runInSpan<T>(plan: Planned, fn: (span: Span) => T, finish?: (result: Awaited<T>) => void): T {
  const { span, ctx } = startSpan(plan);
  let result: T;
  try {
    result = context.with(ctx, () => fn(span));
  } catch (error) {
    recordError(span, error);
    span.end();
    throw error;
  }
  if (isAsyncGenerator(result)) return endWithGenerator(result, ctx, span) as T;
  if (isPromise(result)) return endWithPromise(result, span, finish as (value: unknown) => void) as T;
  quietly(() => finish?.(result as Awaited<T>));
  span.end();
  return result;
}

function endWithPromise(
  result: PromiseLike<unknown>,
  span: Span,
  finish?: (value: unknown) => void,
): unknown {
  return result.then(
    (value) => {
      quietly(() => finish?.(value));
      span.end();
      return value;
    },
    (error: unknown) => {
      recordError(span, error);
      span.end();
      throw error;
    },
  );
}

function endWithGenerator(generator: AsyncGenerator, ctx: Context, span: Span): AsyncGenerator {
  let ended = false;
  return bindGenerator(ctx, generator, (error) => {
    if (ended) return;
    ended = true;
    if (error !== undefined) recordError(span, error.thrown);
    span.end();
  });
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  try {
    return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
  } catch {
    return false;
  }
}
