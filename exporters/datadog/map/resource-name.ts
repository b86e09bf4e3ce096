import { SpanKind } from '@opentelemetry/api';
import { cutBytes, LIMITS, memoisedPair } from './normalise.ts';
import { GROUP, SLOT, type Slots } from './slots.ts';

/**
 * Whose rules name things where two of Datadog's own differ: `agent`, as the Agent maps OTLP, or
 * `rfc`, as the tracers' OpenTelemetry RFC does (resource is the span name, arrays are flattened).
 */
export type Naming = 'agent' | 'rfc';

type Rule = (slots: Slots, kind: SpanKind) => string;

/**
 * The first rule that gives a text names the resource.
 * Source: Datadog Agent, `GetOTelResourceV2`.
 */
const RULES: readonly Rule[] = [
  (slots) => slots.text(SLOT['resource.name']),
  (slots, kind) => {
    const method = slots.either(SLOT['http.request.method'], SLOT['http.method']);
    return method && joined(method === '_OTHER' ? 'HTTP' : method, route(slots, kind));
  },
  (slots) => {
    const operation = slots.text(SLOT['messaging.operation']);
    const target = SLOT['messaging.destination'];
    return operation && joined(operation, slots.either(target, SLOT['messaging.destination.name']));
  },
  (slots) => {
    const method = slots.text(SLOT['rpc.method']);
    return method && joined(method, slots.text(SLOT['rpc.service']));
  },
  (slots) => {
    const type = slots.text(SLOT['graphql.operation.type']);
    return type && joined(type, slots.text(SLOT['graphql.operation.name']));
  },
  (slots) =>
    slots.either(SLOT['db.system'], SLOT['db.system.name']) &&
    slots.either(SLOT['db.statement'], SLOT['db.query.text']),
];

function route(slots: Slots, kind: SpanKind): string {
  if (kind === SpanKind.SERVER) return slots.text(SLOT['http.route']);
  return kind === SpanKind.CLIENT ? slots.text(SLOT['url.template']) : '';
}

/** Remembered, since a text made anew for each span would have to be flattened each time. */
const joined = memoisedPair((first, second) => (second ? `${first} ${second}` : first));

const RULES_OF: Readonly<Record<Naming, readonly Rule[]>> = { agent: RULES, rfc: RULES.slice(0, 1) };

/** The Datadog resource name of a span, cut at 5000 bytes. */
export function resourceName(slots: Slots, kind: SpanKind, spanName: string, naming: Naming): string {
  if (!slots.has(GROUP.naming)) return cutBytes(spanName, LIMITS.resource);
  for (const rule of RULES_OF[naming]) {
    const name = rule(slots, kind);
    if (name) return cutBytes(name, LIMITS.resource);
  }
  return cutBytes(spanName, LIMITS.resource);
}
