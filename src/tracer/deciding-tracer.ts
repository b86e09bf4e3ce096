import {
  type Context,
  context as contextApi,
  diag,
  INVALID_SPAN_CONTEXT,
  isSpanContextValid,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  SpanKind,
  type SpanOptions,
  TraceFlags,
  type Tracer,
  type TraceState,
  trace,
} from '@opentelemetry/api';
import { isTracingSuppressed } from '@opentelemetry/core';
import { SamplingDecision } from '@opentelemetry/sdk-trace';
import { isRejection, SmallContext } from '../core/index.ts';
import type { Engine } from './engine.ts';
import { NonRecordingSpan } from './non-recording-span.ts';
import type { SpanStart } from './span-start.ts';

/**
 * A tracer that asks the sampler before it makes anything for a span: what is not recorded costs
 * little more than the sampler. Subclasses say what a recorded span is.
 */
export abstract class DecidingTracer implements Tracer {
  constructor(protected readonly engine: Engine) {}

  /** Makes the span that is to be recorded, and tells the processors. */
  protected abstract record(start: SpanStart): Span;

  startSpan(name: string, options: SpanOptions = {}, activeContext: Context = contextApi.active()): Span {
    const { engine } = this;
    const context = options.root ? trace.deleteSpan(activeContext) : activeContext;
    let parentSpan: Span | undefined;
    if (context !== ROOT_CONTEXT) {
      parentSpan = trace.getSpan(context);
      if (isTracingSuppressed(context)) return suppressed();
    }
    const { roots } = engine;
    if (roots !== undefined) {
      if (parentSpan === undefined) {
        const rejection = roots.rejectRoot(context, options.attributes);
        if (rejection !== undefined) {
          engine.metrics?.started(undefined, rejection.decision);
          return new NonRecordingSpan(engine.ids, undefined, undefined, undefined, rejection, undefined);
        }
      } else if (parentSpan instanceof NonRecordingSpan && parentSpan.ids === engine.ids) {
        engine.metrics?.started(LOCAL, SamplingDecision.NOT_RECORD);
        return parentSpan.child();
      }
    }
    const parent = parentSpan?.spanContext();
    // In the SDK's order, for generators that count.
    const spanId = engine.hasOwnIds ? undefined : engine.ids.generateSpanId();
    let traceId: string;
    let inherited: TraceState | undefined;
    let validParent: SpanContext | undefined;
    if (parent && (this.isOwn(parentSpan) || isSpanContextValid(parent))) {
      traceId = parent.traceId;
      inherited = parent.traceState;
      validParent = parent;
    } else traceId = engine.ids.generateTraceId();
    const kind = options.kind ?? SpanKind.INTERNAL;
    const links = options.links ? options.links.map((link) => engine.rules.link(link)) : [];
    const attributes = engine.rules.valid(options.attributes);
    const { count, fits, dropped } = engine.rules;
    const sampled =
      roots !== undefined && validParent === undefined
        ? roots.sampleRoot(context, traceId, name, kind, attributes)
        : engine.sampler.shouldSample(context, traceId, name, kind, attributes, links);
    const { decision } = sampled;
    engine.metrics?.started(parent, decision);
    if (isRejection(sampled)) {
      return new NonRecordingSpan(engine.ids, traceId, spanId, undefined, sampled, undefined);
    }
    const traceState = sampled.traceState ?? inherited;
    if (decision === SamplingDecision.NOT_RECORD) {
      return new NonRecordingSpan(engine.ids, traceId, spanId, traceState, undefined, undefined);
    }
    const spanContext = {
      traceId,
      spanId: spanId ?? engine.ids.generateSpanId(),
      traceFlags: isSampled(decision) ? TraceFlags.SAMPLED : TraceFlags.NONE,
      traceState,
    } as SpanContext;
    // One literal: building it from parts takes longer than all the rest here.
    return this.record({
      name,
      kind,
      context,
      spanContext,
      parentSpanContext: validParent,
      links,
      attributes,
      count,
      fits,
      dropped,
      sampled,
      options,
    });
  }

  startActiveSpan<F extends (span: Span) => unknown>(name: string, fn: F): ReturnType<F>;
  startActiveSpan<F extends (span: Span) => unknown>(
    name: string,
    options: SpanOptions,
    fn: F,
  ): ReturnType<F>;
  startActiveSpan<F extends (span: Span) => unknown>(
    name: string,
    options: SpanOptions,
    context: Context,
    fn: F,
  ): ReturnType<F>;
  startActiveSpan<F extends (span: Span) => ReturnType<F>>(
    name: string,
    ...rest: [] | [F] | [SpanOptions, F] | [SpanOptions, Context, F]
  ): ReturnType<F> | undefined {
    const { length } = rest;
    if (length === 0) return undefined;
    const options = length > 1 ? (rest[0] as SpanOptions | undefined) : undefined;
    const given = length > 2 ? (rest[1] as Context | undefined) : undefined;
    const fn = rest[Math.min(length, 3) - 1] as F;
    const parent = given ?? contextApi.active();
    const span = this.startSpan(name, options, parent);
    // Setting a value on a Context of the API's own kind costs as much as the span.
    const context = trace.setSpan(SmallContext.over(parent), span);
    return contextApi.with(context, fn, undefined, span);
  }

  /** Its ids have been checked or made here: checking them again would take as long as making them. */
  protected isOwn(span: Span | undefined): boolean {
    const { ids, hasOwnIds } = this.engine;
    return hasOwnIds && span instanceof NonRecordingSpan && span.ids === ids;
  }
}

/** The parent of a span whose parent nobody has asked for yet. */
const LOCAL = { isRemote: false };

/** Whatever else a sampler answers counts as recorded only, as with the SDK. */
function isSampled(decision: SamplingDecision): boolean {
  return decision === SamplingDecision.RECORD_AND_SAMPLED;
}

function suppressed(): Span {
  diag.debug('Instrumentation suppressed, returning Noop Span');
  return trace.wrapSpanContext(INVALID_SPAN_CONTEXT);
}
