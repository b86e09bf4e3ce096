import { SpanKind } from '@opentelemetry/api';
import { memoised, normaliseOperation, normaliseTagValue } from './normalise.ts';
import { GROUP, SLOT, type Slots } from './slots.ts';

const query = memoised((system) => `${system}.query`);

type Rule = (slots: Slots, kind: SpanKind) => string;

/** Lower-case names of the span kinds, `span.kind`. */
export const KIND_NAMES: Readonly<Record<SpanKind, string>> = {
  [SpanKind.INTERNAL]: 'internal',
  [SpanKind.SERVER]: 'server',
  [SpanKind.CLIENT]: 'client',
  [SpanKind.PRODUCER]: 'producer',
  [SpanKind.CONSUMER]: 'consumer',
};

/** Names that need no making: a text made anew for each span would have to be hashed each time. */
const HTTP_NAMES = { server: 'http.server.request', client: 'http.client.request' } as const;
const PLAIN_NAMES = { server: 'server.request', client: 'client.request' } as const;

/** `server` or `client`, empty for the other kinds. */
function side(kind: SpanKind): 'server' | 'client' | '' {
  if (kind === SpanKind.SERVER) return 'server';
  return kind === SpanKind.CLIENT ? 'client' : '';
}

/**
 * The first rule that gives a text names the operation.
 * Source: Datadog Agent, `GetOTelOperationNameV2`; the last rule in lower case as in the tracers' RFC.
 */
const RULES: readonly Rule[] = [
  (slots) => slots.text(SLOT['operation.name']),
  (slots, kind) => {
    const at = side(kind);
    return at && slots.either(SLOT['http.request.method'], SLOT['http.method']) ? HTTP_NAMES[at] : '';
  },
  (slots, kind) => {
    const system = kind === SpanKind.CLIENT ? slots.either(SLOT['db.system.name'], SLOT['db.system']) : '';
    return system && query(system);
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
    const at = side(kind);
    if (!at) return '';
    const protocol = slots.text(SLOT['network.protocol.name']);
    return protocol ? `${protocol}.${at}.request` : PLAIN_NAMES[at];
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
  const at = side(kind);
  if (!slots.has(GROUP.naming)) return at ? PLAIN_NAMES[at] : (KIND_NAMES[kind] ?? 'internal');
  for (const rule of RULES) {
    const name = rule(slots, kind);
    // Names of our own making are normal already.
    if (name) return name === HTTP_NAMES.server || name === HTTP_NAMES.client ? name : normalised(name);
  }
  return KIND_NAMES[kind] ?? 'internal';
}
