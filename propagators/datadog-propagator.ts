import type { TextMapGetter, TextMapSetter } from '@opentelemetry/api';
import { fromDecimalId, PropagationState, toDecimalId, W3CTraceState, ZERO_ID } from '../src/core/index.ts';
import { joinedValues, lastValue } from './carrier-values.ts';
import { isPrintable, MAX_TAGS_LENGTH, readTags, writeTags } from './datadog-tags.ts';
import { readLegacyBaggage, writeLegacyBaggage } from './legacy-baggage.ts';
import type { Outbound } from './outbound.ts';
import { type RemoteTrace, StylePropagator } from './style.ts';

const TRACE_ID = 'x-datadog-trace-id';
const PARENT_ID = 'x-datadog-parent-id';
const PRIORITY = 'x-datadog-sampling-priority';
const ORIGIN = 'x-datadog-origin';
const TAGS = 'x-datadog-tags';

/** Options of a {@link DatadogPropagator}. */
export interface DatadogOptions {
  /** Longest `x-datadog-tags`, in characters; 0 reads none and writes the trace id's only. Default 512. */
  readonly maxTagsLength?: number;
  /** Whether OpenTracing baggage, `ot-baggage-*`, passes through beside the ids. Default true. */
  readonly legacyBaggage?: boolean;
}

/**
 * Datadog's headers, `x-datadog-*`. Ids are decimal there; the high half of a 128-bit trace id
 * travels as the tag `_dd.p.tid` and is never left out.
 */
export class DatadogPropagator extends StylePropagator {
  readonly style = 'datadog';
  private readonly maxTagsLength: number;

  private readonly legacyBaggage: boolean;

  constructor({ maxTagsLength = MAX_TAGS_LENGTH, legacyBaggage = true }: DatadogOptions = {}) {
    super();
    this.legacyBaggage = legacyBaggage;
    this.maxTagsLength = maxTagsLength;
  }

  read<C>(carrier: C, getter: TextMapGetter<C>): RemoteTrace | undefined {
    const traceId = lastValue(getter.get(carrier, TRACE_ID));
    if (traceId === undefined) return undefined;
    const low = fromDecimalId(traceId);
    if (low === undefined || low === ZERO_ID) return undefined;
    const parentId = lastValue(getter.get(carrier, PARENT_ID));
    const spanId = parentId === undefined ? undefined : fromDecimalId(parentId);
    if (spanId === undefined) return undefined;
    const state = new PropagationState(undefined);
    const tags = joinedValues(getter.get(carrier, TAGS));
    const high = tags ? readTags(tags, state, this.maxTagsLength) : undefined;
    state.traceId = (high ?? ZERO_ID) + low;
    if (isCanonical(traceId)) state.datadogTraceId = traceId;
    state.priority = integerOf(lastValue(getter.get(carrier, PRIORITY)));
    state.origin = lastValue(getter.get(carrier, ORIGIN)) || undefined;
    state.parentless = spanId === ZERO_ID;
    if (this.legacyBaggage) state.legacyBaggage = readLegacyBaggage(carrier, getter);
    // The stand-in for a parent that is not there: Datadog's root span bears the trace's low id.
    return {
      style: this.style,
      spanId: state.parentless ? low : spanId,
      traceState: W3CTraceState.EMPTY,
      state,
    };
  }

  write<C>(outbound: Outbound, carrier: C, setter: TextMapSetter<C>): void {
    const { traceId, spanId, priority, state } = outbound;
    setter.set(carrier, TRACE_ID, decimalTraceId(traceId, state));
    setter.set(carrier, PARENT_ID, outbound.parentless ? '0' : toDecimalId(spanId));
    if (priority !== undefined) setter.set(carrier, PRIORITY, String(priority));
    if (state?.origin) setter.set(carrier, ORIGIN, printable(state.origin));
    const tags = writeTags(outbound, this.maxTagsLength);
    if (tags !== undefined) setter.set(carrier, TAGS, tags);
    if (this.legacyBaggage && state?.legacyBaggage) writeLegacyBaggage(state.legacyBaggage, carrier, setter);
  }

  fields(): string[] {
    return [TRACE_ID, PARENT_ID, PRIORITY, ORIGIN, TAGS];
  }
}

/** True for a legal decimal id that needs no rewriting: nothing but digits, no leading zero. */
function isCanonical(decimal: string): boolean {
  const first = decimal.charCodeAt(0);
  const last = decimal.charCodeAt(decimal.length - 1);
  return first > 0x30 && first <= 0x39 && last >= 0x30 && last <= 0x39 && !decimal.includes(',');
}

/** Converted once for each trace. */
function decimalTraceId(traceId: string, state: PropagationState | undefined): string {
  if (!state) return toDecimalId(traceId);
  state.datadogTraceId ??= toDecimalId(traceId);
  return state.datadogTraceId;
}

/** A whole number, also the first one of a comma-joined list; anything else counts as not sent. */
function integerOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (text.length === 1) {
    const digit = text.charCodeAt(0) - 0x30;
    return digit >= 0 && digit <= 9 ? digit : undefined;
  }
  const match = /^\s*(-?\d{1,9})\s*(?:,|$)/.exec(text);
  return match ? Number(match[1]) : undefined;
}

/** Carriers other than HTTP can hold what no header may. */
function printable(text: string): string {
  return isPrintable(text) ? text : text.replace(/[^\x20-\x7e]/g, '_');
}
