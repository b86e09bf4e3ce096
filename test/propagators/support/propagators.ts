import { type Baggage, type Context, propagation, type TextMapPropagator, trace } from '@opentelemetry/api';
import { BUILT_IN_PROPAGATORS, createPropagator, type PropagatorConfig } from '../../../propagators/index.ts';
import { loadConfig } from '../../../src/config/index.ts';
import type { Host, PropagationState } from '../../../src/core/index.ts';
import { getPropagationState, highTraceId } from '../../../src/core/index.ts';

/** Counts and lines that a host was given. */
export function recordingHost(): Pick<Host, 'log' | 'counters'> & {
  lines: string[];
  counts: Map<string, number>;
} {
  const lines: string[] = [];
  const counts = new Map<string, number>();
  const write = (line: string): void => void lines.push(line);
  return {
    lines,
    counts,
    log: { error: write, warn: write, info: write, debug: write },
    counters: { add: (name, value = 1) => void counts.set(name, (counts.get(name) ?? 0) + value) },
  };
}

/** The propagator that an environment configures, through the real configuration. */
export function fromEnv(env: Record<string, string> = {}, host = recordingHost()): TextMapPropagator {
  const { config } = loadConfig({ env, components: BUILT_IN_PROPAGATORS });
  const created = config.propagators.map(({ name, settings }) => {
    const component = BUILT_IN_PROPAGATORS.find((known) => known.name === name);
    return [name, component?.create(settings, host as unknown as Host)] as const;
  });
  return createPropagator(config.propagation, host, Object.fromEntries(created));
}

/** The same from a list of styles. */
export function ofStyles(
  extract: string,
  inject = extract,
  more: Partial<PropagatorConfig> = {},
): TextMapPropagator {
  return fromEnv({
    DD_TRACE_PROPAGATION_STYLE_EXTRACT: extract,
    DD_TRACE_PROPAGATION_STYLE_INJECT: inject,
    ...(more.behavior ? { DD_TRACE_PROPAGATION_BEHAVIOR_EXTRACT: more.behavior } : {}),
    ...(more.extractFirst ? { DD_TRACE_PROPAGATION_EXTRACT_FIRST: 'true' } : {}),
  });
}

/** The state of a context as the vectors name it. */
export function describeContext(context: Context) {
  const spanContext = trace.getSpanContext(context);
  const state = getPropagationState(context);
  return {
    traceId: spanContext?.traceId,
    spanId: state?.parentless ? '0'.repeat(16) : spanContext?.spanId,
    sampled: spanContext ? spanContext.traceFlags & 1 : undefined,
    priority: state?.priority ?? null,
    deferred: spanContext !== undefined && state?.deferred === true,
    debug: state?.debug,
    origin: state?.origin,
    lastParentId: state?.lastParentId ?? null,
    tags: state ? allTags(state) : {},
    tracestate: spanContext?.traceState?.serialize() ?? null,
    links: (state?.links ?? []).map(({ context: { traceId, spanId }, attributes }) => ({
      traceId,
      spanId,
      ...attributes,
    })),
    baggage: baggageOf(propagation.getBaggage(context)),
  };
}

/** Propagated tags with the two that the state keeps apart. */
function allTags(state: PropagationState): Record<string, string> {
  const tid = state.traceId && highTraceId(state.traceId);
  return {
    ...Object.fromEntries(state.tags),
    ...(tid ? { '_dd.p.tid': tid } : {}),
    ...(state.decisionMaker ? { '_dd.p.dm': state.decisionMaker } : {}),
  };
}

function baggageOf(baggage: Baggage | undefined): Record<string, string> {
  return Object.fromEntries((baggage?.getAllEntries() ?? []).map(([key, { value }]) => [key, value]));
}

/** The `dd` member and the others of a tracestate. */
export function splitTraceState(header = ''): {
  dd: Record<string, string>;
  ddText: string;
  others: string[];
  members: string[];
} {
  const members = header === '' ? [] : header.split(',');
  const ddText = members.find((member) => member.startsWith('dd='))?.slice(3) ?? '';
  const pairs = ddText === '' ? [] : ddText.split(';');
  const dd = Object.fromEntries(
    pairs.map((pair) => [pair.slice(0, pair.indexOf(':')), pair.slice(pair.indexOf(':') + 1)]),
  );
  return { dd, ddText, others: members.filter((member) => !member.startsWith('dd=')), members };
}
