import { SpanKind } from '@opentelemetry/api';
import { memoised, normaliseOperation, normaliseTagValue } from './normalise.ts';
import { GROUP, SLOT, type Slots } from './slots.ts';

type Rule = (slots: Slots, kind: SpanKind) => string;

/** Lower-case names of the span kinds, `span.kind`. */
export const KIND_NAMES: Readonly<Record<SpanKind, string>> = {
  [SpanKind.INTERNAL]: 'internal',
  [SpanKind.SERVER]: 'server',
  [SpanKind.CLIENT]: 'client',
  [SpanKind.PRODUCER]: 'producer',
  [SpanKind.CONSUMER]: 'consumer',
};

/** `server` or `client`, empty for the other kinds. */
function side(kind: SpanKind): string {
  return kind === SpanKind.SERVER || kind === SpanKind.CLIENT ? KIND_NAMES[kind] : '';
}

/**
 * The first rule that gives a text names the operation.
 * Source: Datadog Agent, `GetOTelOperationNameV2`; the last rule in lower case as in the tracers' RFC.
 */
const RULES: readonly Rule[] = [
  (slots) => slots.text(SLOT['operation.name']),
  (slots, kind) =>
    side(kind) && slots.either(SLOT['http.request.method'], SLOT['http.method'])
      ? `http.${side(kind)}.request`
      : '',
  (slots, kind) => {
    const system = kind === SpanKind.CLIENT ? slots.either(SLOT['db.system.name'], SLOT['db.system']) : '';
    return system && `${system}.query`;
  },
  (slots, kind) => {
    const system = kind === SpanKind.INTERNAL ? '' : slots.text(SLOT['messaging.system']);
    const operation = system && slots.text(SLOT['messaging.operation']);
    return operation && `${system}.${operation}`;
  },
  rpc,
  (slots, kind) => {
    const provider = kind === SpanKind.CLIENT ? slots.text(SLOT['faas.invoked_provider']) : '';
    const name = provider && slots.text(SLOT['faas.invoked_name']);
    return name && `${provider}.${name}.invoke`;
  },
  (slots, kind) => {
    const trigger = kind === SpanKind.SERVER ? slots.text(SLOT['faas.trigger']) : '';
    return trigger && `${trigger}.invoke`;
  },
  (slots) => (slots.text(SLOT['graphql.operation.type']) ? 'graphql.server.request' : ''),
  (slots, kind) => {
    if (!side(kind)) return '';
    const protocol = slots.text(SLOT['network.protocol.name']);
    return protocol ? `${protocol}.${side(kind)}.request` : `${side(kind)}.request`;
  },
];

function rpc(slots: Slots, kind: SpanKind): string {
  const system = side(kind) && slots.text(SLOT['rpc.system']);
  if (!system) return '';
  if (system !== 'aws-api' || kind !== SpanKind.CLIENT) return `${system}.${side(kind)}.request`;
  const service = slots.text(SLOT['rpc.service']);
  return service ? `aws.${service}.request` : 'aws.client.request';
}

const normalised = memoised((name) => normaliseOperation(normaliseTagValue(name)));

/** The Datadog operation name (`name`) of a span. */
export function operationName(slots: Slots, kind: SpanKind): string {
  if (!slots.has(GROUP.naming))
    return side(kind) ? `${side(kind)}.request` : (KIND_NAMES[kind] ?? 'internal');
  for (const rule of RULES) {
    const name = rule(slots, kind);
    if (name) return normalised(name);
  }
  return KIND_NAMES[kind] ?? 'internal';
}
