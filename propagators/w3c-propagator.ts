import { type TextMapGetter, type TextMapSetter, TraceFlags } from '@opentelemetry/api';
import { PropagationState, W3CTraceState } from '../src/core/index.ts';
import { joinedValues, onlyValue } from './carrier-values.ts';
import { readMember, writeMember } from './datadog-member.ts';
import type { Outbound } from './outbound.ts';
import { type RemoteTrace, StylePropagator } from './style.ts';
import { parseTraceparent } from './traceparent.ts';

const TRACEPARENT = 'traceparent';
const TRACESTATE = 'tracestate';

/** Source: W3C Trace Context Level 2, "tracestate Limits". */
const MAX_MEMBERS = 32;
const MAX_FOREIGN_LENGTH = 512;
const LONG_MEMBER = 128;

/**
 * W3C Trace Context Level 2, with Datadog's state in the `dd` member of tracestate.
 *
 * The members of others pass through as they came: all of them while they are legal, none if one
 * is not. On the way out ours goes left-most; of the others at most 31 and 512 characters follow.
 */
export class W3CPropagator extends StylePropagator {
  readonly style = 'tracecontext';

  read<C>(carrier: C, getter: TextMapGetter<C>): RemoteTrace | undefined {
    const header = onlyValue(getter.get(carrier, TRACEPARENT));
    const parent = header === undefined ? undefined : parseTraceparent(header);
    if (!parent) return undefined;
    const sampled = (parent.flags & TraceFlags.SAMPLED) !== 0;
    const state = new PropagationState(parent.traceId);
    state.flags = parent.flags;
    const list = joinedValues(getter.get(carrier, TRACESTATE));
    const traceState = list ? W3CTraceState.parse(list) : W3CTraceState.EMPTY;
    if (traceState.datadog === undefined) state.priority = Number(sampled);
    else readMember(traceState.datadog, state, sampled);
    return { style: this.style, spanId: parent.spanId, traceState, state };
  }

  write<C>(outbound: Outbound, carrier: C, setter: TextMapSetter<C>): void {
    if (outbound.parentless) return;
    const { traceId, spanId, flags } = outbound;
    setter.set(carrier, TRACEPARENT, `00-${traceId}-${spanId}-0${flags}`);
    const traceState = writeTraceState(outbound);
    if (traceState !== '') setter.set(carrier, TRACESTATE, traceState);
  }

  fields(): string[] {
    return [TRACEPARENT, TRACESTATE];
  }
}

function writeTraceState(outbound: Outbound): string {
  const own = writeMember(outbound);
  const foreign = foreignMembers(outbound.traceState, own === undefined ? MAX_MEMBERS : MAX_MEMBERS - 1);
  if (own === undefined) return foreign;
  return foreign === '' ? `dd=${own}` : `dd=${own},${foreign}`;
}

/** Cut down as the W3C asks: too many go from the right; too much, the long ones first. */
function foreignMembers(traceState: W3CTraceState, maxMembers: number): string {
  const text = traceState.serialize();
  if (traceState.size <= maxMembers && text.length <= MAX_FOREIGN_LENGTH) return text;
  const members = traceState.members().slice(0, maxMembers);
  let length = members.join(',').length;
  for (const shortest of [LONG_MEMBER + 1, 0]) {
    for (let at = members.length - 1; at >= 0 && length > MAX_FOREIGN_LENGTH; at--) {
      const member = members[at] as string;
      if (member.length < shortest) continue;
      members.splice(at, 1);
      length -= member.length + 1;
    }
  }
  return members.join(',');
}
