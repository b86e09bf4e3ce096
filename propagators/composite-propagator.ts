import {
  type Context,
  defaultTextMapGetter,
  type TextMapGetter,
  type TextMapPropagator,
  type TextMapSetter,
  trace,
} from '@opentelemetry/api';
import { isTracingSuppressed } from '@opentelemetry/core';
import {
  PropagationState,
  priorityOf,
  propagationStateOf,
  SmallContext,
  setPropagationState,
  W3CTraceState,
} from '../src/core/index.ts';
import { BaggagePropagator } from './baggage-propagator.ts';
import { DatadogPropagator } from './datadog-propagator.ts';
import { ownHeadersOf } from './http-client.ts';
import { linkTo, merge } from './merge.ts';
import { noteSent, outboundOf, RANDOM_FLAG } from './outbound.ts';
import { readSqsAttribute, SQSD_ATTRIBUTE } from './sqs.ts';
import { contextWith, type RemoteTrace, StylePropagator, writeDecision } from './style.ts';

/** A propagator and the word users write for it. */
export interface NamedPropagator {
  readonly name: string;
  readonly propagator: TextMapPropagator;
}

/** What to do with an inbound context, DD_TRACE_PROPAGATION_BEHAVIOR_EXTRACT. */
export type ExtractBehavior = 'continue' | 'restart' | 'ignore';

/** Options of a {@link CompositePropagator}. */
export interface CompositeOptions {
  /** In order of precedence: the first with a valid context is the base. */
  readonly extract: readonly NamedPropagator[];
  readonly inject: readonly NamedPropagator[];
  /** Stop at the first valid context; nothing is merged, no links. Default false. */
  readonly extractFirst?: boolean;
  /**
   * `continue` (default) the trace; `restart`: a new trace with a link to the caller, baggage kept;
   * `ignore`: a new trace, no link, no baggage.
   */
  readonly behavior?: ExtractBehavior;
  /** Told about a carrier, getter or setter that threw. Default: nobody. */
  readonly onError?: (error: unknown) => void;
}

interface Reader extends NamedPropagator {
  /** The propagator, if it is one of ours. */
  readonly style: StylePropagator | undefined;
  /** False for baggage, which never has a trace. */
  readonly findsTraces: boolean;
}

/**
 * Several styles as one. Unlike a chain of propagators, of which the last one wins and takes away
 * what the others found, it merges them: see docs/propagation.md. Never throws.
 */
export class CompositePropagator implements TextMapPropagator {
  private readonly readers: readonly Reader[];
  private readonly styles: readonly StylePropagator[];
  private readonly others: readonly TextMapPropagator[];
  private readonly names: readonly string[];
  private readonly extractFirst: boolean;
  private readonly behavior: ExtractBehavior;
  private readonly onError: (error: unknown) => void;
  private readonly readsDatadog: boolean;
  private readonly readsOnlyOurs: boolean;

  constructor(options: CompositeOptions) {
    this.readers = options.extract.map(({ name, propagator }) => ({
      name,
      propagator,
      style: propagator instanceof StylePropagator ? propagator : undefined,
      findsTraces: !(propagator instanceof BaggagePropagator),
    }));
    this.readsOnlyOurs = this.readers.every(({ style, findsTraces }) => style || !findsTraces);
    const inject = options.inject.map(({ propagator }) => propagator);
    this.styles = inject.filter((propagator) => propagator instanceof StylePropagator);
    this.others = inject.filter((propagator) => !(propagator instanceof StylePropagator));
    this.names = [...new Set(inject.flatMap((propagator) => propagator.fields()))];
    this.extractFirst = options.extractFirst ?? false;
    this.behavior = options.behavior ?? 'continue';
    this.onError = options.onError ?? (() => {});
    this.readsDatadog = options.extract.some(({ propagator }) => propagator instanceof DatadogPropagator);
  }

  extract<C>(context: Context, carrier: C, getter: TextMapGetter<C>): Context {
    if (this.behavior === 'ignore') return context;
    try {
      if (this.readsOnlyOurs && getter === defaultTextMapGetter && carriesNothing(carrier)) return context;
      return this.read(context, carrier, getter);
    } catch (error) {
      this.onError(error);
      return context;
    }
  }

  private read<C>(context: Context, carrier: C, getter: TextMapGetter<C>): Context {
    const small = SmallContext.over(context);
    let result = small;
    let base: RemoteTrace | undefined;
    for (const reader of this.readers) {
      let remote: RemoteTrace | undefined;
      if (reader.style) {
        if (!base || !this.extractFirst) remote = reader.style.read(carrier, getter);
      } else {
        const before = result;
        result = reader.propagator.extract(before, carrier, getter);
        if (result !== before && reader.findsTraces) remote = foundBy(reader.name, before, result);
      }
      if (remote) base = this.combine(base, remote);
    }
    if (!base && this.readsDatadog) base = this.readSqs(carrier, getter);
    if (base) return this.finish(result, base);
    return result === small ? context : result;
  }

  /** A context with ids beats a decision without; else the first one is the base. */
  private combine(base: RemoteTrace | undefined, remote: RemoteTrace): RemoteTrace {
    if (!base || (base.spanId === undefined && remote.spanId !== undefined)) return remote;
    if (!this.extractFirst) merge(base, remote);
    return base;
  }

  private readSqs<C>(carrier: C, getter: TextMapGetter<C>): RemoteTrace | undefined {
    const headers = readSqsAttribute(carrier, getter);
    if (!headers) return undefined;
    for (const { style } of this.readers) {
      const remote = style?.read(headers, defaultTextMapGetter);
      if (remote) return remote;
    }
    return undefined;
  }

  private finish(context: Context, base: RemoteTrace): Context {
    if (this.behavior === 'continue') return contextWith(context, base);
    const link = linkTo(base, 'propagation_behavior_extract');
    const state = new PropagationState(undefined);
    state.flags = RANDOM_FLAG;
    state.legacyBaggage = base.state.legacyBaggage;
    if (link) state.links = [link];
    return setPropagationState(trace.deleteSpan(context), state);
  }

  inject<C>(context: Context, carrier: C, setter: TextMapSetter<C>): void {
    if (isTracingSuppressed(context)) return;
    try {
      const own = ownHeadersOf(carrier);
      if (!own?.trace) this.writeTrace(context, carrier, setter);
      for (const propagator of this.others) {
        if (!own || !propagator.fields().some((field) => own.names.has(field))) {
          propagator.inject(context, carrier, setter);
        }
      }
    } catch (error) {
      this.onError(error);
    }
  }

  private writeTrace<C>(context: Context, carrier: C, setter: TextMapSetter<C>): void {
    const outbound = outboundOf(context);
    if (outbound) {
      for (const style of this.styles) style.write(outbound, carrier, setter);
      noteSent(outbound);
    } else writeDecision(context, this.styles, carrier, setter);
  }

  fields(): string[] {
    return [...this.names];
  }
}

/**
 * True for plain headers without any that our propagators begin with. Most requests have none, and
 * reading properties by their literal names is twice as fast as through the getter.
 */
function carriesNothing(carrier: unknown): boolean {
  if (typeof carrier !== 'object' || carrier === null) return false;
  const headers = carrier as Readonly<Record<string, unknown>>;
  return (
    headers.traceparent === undefined &&
    headers['x-datadog-trace-id'] === undefined &&
    headers.baggage === undefined &&
    headers.b3 === undefined &&
    headers['x-b3-traceid'] === undefined &&
    headers['x-b3-sampled'] === undefined &&
    headers['x-b3-flags'] === undefined &&
    headers[SQSD_ATTRIBUTE] === undefined
  );
}

/** What a propagator that is not one of ours found, if it found something. */
function foundBy(style: string, before: Context, after: Context): RemoteTrace | undefined {
  const spanContext = trace.getSpanContext(after);
  if (!spanContext || spanContext === trace.getSpanContext(before) || !trace.isSpanContextValid(spanContext))
    return undefined;
  const traceState = W3CTraceState.from(spanContext.traceState);
  const { spanId } = spanContext;
  // A propagator of ours, from another copy of the package.
  const known = propagationStateOf(spanContext);
  if (known) return { style, spanId, traceState, state: known };
  const state = new PropagationState(spanContext.traceId);
  state.flags = spanContext.traceFlags;
  state.priority = priorityOf(spanContext, undefined);
  return { style, spanId, traceState, state };
}
