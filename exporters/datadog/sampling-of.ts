import type { SpanContext, TraceState } from '@opentelemetry/api';
import {
  decisionMakerOf,
  type PropagationState,
  priorityOf,
  propagationStateOf,
} from '../../src/core/index.ts';

/** The sampling decision about a trace, as Datadog's tags carry it. */
export interface SpanSampling {
  /** `_sampling_priority_v1`: -1 user reject, 0 auto reject, 1 auto keep, 2 user keep. */
  readonly priority: number;
  /** `_dd.p.dm`, e.g. `-4`; for kept traces only. */
  readonly decisionMaker?: string | undefined;
  /** `_dd.origin`, e.g. `synthetics`. */
  readonly origin?: string | undefined;
  /** More propagated tags by their full name, `_dd.p.…`. */
  readonly tags?: ReadonlyMap<string, string> | undefined;
  /** `_dd.parent_id` of the local root: the last ancestor that Datadog knows. */
  readonly lastParentId?: string | undefined;
  /** True if a remote parent is a stand-in and the local root has none. */
  readonly parentless?: boolean;
}

/** Finds the sampling decision of the trace a span belongs to. */
export type SamplingOf = (spanContext: SpanContext) => SpanSampling;

/**
 * The default {@link SamplingOf}: the propagation state if the span has one, else the `dd` member of
 * its trace state, else the sampled flag.
 */
export function samplingOf(spanContext: SpanContext): SpanSampling {
  const state = propagationStateOf(spanContext);
  if (state) return fromState(spanContext, state);
  const member = spanContext.traceState && datadogMember(spanContext.traceState);
  const inbound = member ? parseMember(member) : undefined;
  if (!inbound) {
    const priority = priorityOf(spanContext, undefined);
    return { priority, decisionMaker: decisionMakerOf(spanContext, undefined) };
  }
  const sampled = priorityOf(spanContext, undefined) > 0;
  const agrees = inbound.priority !== undefined && inbound.priority > 0 === sampled;
  return {
    priority: agrees ? (inbound.priority as number) : sampled ? 1 : 0,
    decisionMaker: sampled ? (agrees ? inbound.decisionMaker : '-0') : undefined,
    origin: inbound.origin,
    tags: inbound.tags,
    lastParentId: inbound.lastParentId,
  };
}

function fromState(spanContext: SpanContext, state: PropagationState): SpanSampling {
  return {
    priority: priorityOf(spanContext, state),
    decisionMaker: decisionMakerOf(spanContext, state),
    origin: state.origin,
    tags: state.tags,
    lastParentId: state.lastParentId,
    parentless: state.parentless,
  };
}

function datadogMember(traceState: TraceState): string | undefined {
  return traceState.get('dd');
}

interface Member {
  priority?: number;
  decisionMaker?: string;
  origin?: string;
  lastParentId?: string;
  readonly tags: Map<string, string>;
}

/** Reads `s:2;o:rum;t.dm:-4`. Source: Datadog, W3C Trace Context propagation, the `dd` member. */
function parseMember(text: string): Member {
  const member: Member = { tags: new Map() };
  for (const part of text.split(';')) {
    const colon = part.indexOf(':');
    if (colon <= 0) continue;
    readPart(member, part.slice(0, colon), part.slice(colon + 1).replaceAll('~', '='));
  }
  return member;
}

function readPart(member: Member, key: string, value: string): void {
  if (key === 's' && /^-?\d+$/.test(value)) member.priority = Number(value);
  else if (key === 'o') member.origin = value;
  else if (key === 'p') member.lastParentId = value;
  else if (key === 't.dm') member.decisionMaker = value;
  else if (key.startsWith('t.') && key !== 't.tid') member.tags.set(`_dd.p.${key.slice(2)}`, value);
}
