import type { TextMapGetter, TextMapSetter } from '@opentelemetry/api';
import { isHexId, PropagationState, W3CTraceState, ZERO_ID } from '../src/core/index.ts';
import { lastValue } from './carrier-values.ts';
import { type Outbound, RANDOM_FLAG } from './outbound.ts';
import { type RemoteTrace, StylePropagator } from './style.ts';

const SINGLE = 'b3';
const TRACE_ID = 'x-b3-traceid';
const SPAN_ID = 'x-b3-spanid';
const SAMPLED = 'x-b3-sampled';
const FLAGS = 'x-b3-flags';

/** How B3 is written: one header, or one for each part. Both are read. */
export type B3Encoding = 'single' | 'multi';

/** Sampling states of B3 with the priority each stands for; no state defers the decision. */
const PRIORITIES: ReadonlyMap<string, number> = new Map([
  ['0', 0],
  ['false', 0],
  ['1', 1],
  ['true', 1],
  ['d', 2],
]);

/**
 * B3. Reads the single header, and where that is missing or wrong the several ones.
 *
 * A context without a sampling state stays undecided, debug survives in both encodings, a decision
 * may come without ids, and ids are lower-cased.
 * Source: openzipkin/b3-propagation.
 */
export class B3Propagator extends StylePropagator {
  readonly style: string;

  constructor(private readonly encoding: B3Encoding = 'single') {
    super();
    this.style = encoding === 'single' ? 'b3' : 'b3multi';
  }

  read<C>(carrier: C, getter: TextMapGetter<C>): RemoteTrace | undefined {
    const single = lastValue(getter.get(carrier, SINGLE));
    return (single === undefined ? undefined : this.readSingle(single)) ?? this.readMulti(carrier, getter);
  }

  /** `{trace id}-{span id}-{state}-{parent id}`, the last two optional, or a state alone. */
  private readSingle(header: string): RemoteTrace | undefined {
    const text = header.trim().toLowerCase();
    if (text.length === 1) return this.remote(undefined, undefined, text);
    const [traceId, spanId, state, parentId, extra] = text.split('-');
    if (extra !== undefined || (parentId !== undefined && !isId(parentId))) return undefined;
    if (!isTraceId(traceId) || !isId(spanId)) return undefined;
    if (state !== undefined && !PRIORITIES.has(state) && !isId(state)) return undefined;
    return this.remote(traceId, spanId, state);
  }

  private readMulti<C>(carrier: C, getter: TextMapGetter<C>): RemoteTrace | undefined {
    const traceId = lastValue(getter.get(carrier, TRACE_ID))?.trim().toLowerCase();
    const spanId = lastValue(getter.get(carrier, SPAN_ID))?.trim().toLowerCase();
    const debug = lastValue(getter.get(carrier, FLAGS))?.trim() === '1';
    const state = debug ? 'd' : lastValue(getter.get(carrier, SAMPLED))?.trim().toLowerCase();
    if (isTraceId(traceId) && isId(spanId)) return this.remote(traceId, spanId, state);
    return this.remote(undefined, undefined, state);
  }

  private remote(
    traceId: string | undefined,
    spanId: string | undefined,
    sampling: string | undefined,
  ): RemoteTrace | undefined {
    const priority = sampling === undefined ? undefined : PRIORITIES.get(sampling);
    if (traceId === undefined && priority === undefined) return undefined;
    const state = new PropagationState(traceId?.length === 16 ? ZERO_ID + traceId : traceId);
    // Without ids a trace of our own begins.
    if (traceId === undefined) state.flags = RANDOM_FLAG;
    state.priority = priority;
    state.debug = sampling === 'd';
    return { style: this.style, spanId, traceState: W3CTraceState.EMPTY, state };
  }

  write<C>(outbound: Outbound, carrier: C, setter: TextMapSetter<C>): void {
    if (outbound.parentless) return;
    const { traceId, spanId, state } = outbound;
    const id = traceId.startsWith(ZERO_ID) ? traceId.slice(16) : traceId;
    if (this.encoding === 'multi') {
      setter.set(carrier, TRACE_ID, id);
      setter.set(carrier, SPAN_ID, spanId);
    }
    this.writeState(`${id}-${spanId}`, outbound.priority, state?.debug === true, carrier, setter);
  }

  /** Writes a decision that came without ids. */
  override writeDecision<C>(state: PropagationState, carrier: C, setter: TextMapSetter<C>): void {
    this.writeState('', state.priority, state.debug, carrier, setter);
  }

  private writeState<C>(
    ids: string,
    priority: number | undefined,
    debug: boolean,
    carrier: C,
    setter: TextMapSetter<C>,
  ): void {
    const sampled = priority === undefined ? undefined : priority > 0 ? '1' : '0';
    const isDebug = debug && sampled === '1';
    if (this.encoding === 'single') {
      const state = isDebug ? 'd' : sampled;
      const separator = ids !== '' && state !== undefined ? '-' : '';
      setter.set(carrier, SINGLE, `${ids}${separator}${state ?? ''}`);
    } else if (isDebug) setter.set(carrier, FLAGS, '1');
    else if (sampled !== undefined) setter.set(carrier, SAMPLED, sampled);
  }

  fields(): string[] {
    return this.encoding === 'single' ? [SINGLE] : [TRACE_ID, SPAN_ID, SAMPLED, FLAGS];
  }
}

function isTraceId(text: string | undefined): text is string {
  return (text?.length === 32 || text?.length === 16) && isHexId(text, 0, text.length);
}

function isId(text: string | undefined): text is string {
  return text?.length === 16 && isHexId(text, 0, 16);
}
