import { toJson } from './json.ts';

/**
 * The attributes that decide more than their own tag, and the slot of each. While a span's attributes
 * are written, these are put into slots, so that every rule reads an array index and never searches
 * the attributes. A literal, since engines read its fields as constants.
 */
export const SLOT = {
  'operation.name': 0,
  'resource.name': 1,
  'service.name': 2,
  'span.type': 3,
  'service.version': 4,
  version: 5,
  env: 6,
  'deployment.environment.name': 7,
  'deployment.environment': 8,
  'http.request.method': 9,
  'http.method': 10,
  'http.route': 11,
  'url.template': 12,
  'http.status_code': 13,
  'http.response.status_code': 14,
  'db.system.name': 15,
  'db.system': 16,
  'db.statement': 17,
  'db.query.text': 18,
  'db.namespace': 19,
  'messaging.system': 20,
  'messaging.operation': 21,
  'messaging.destination': 22,
  'messaging.destination.name': 23,
  'rpc.system': 24,
  'rpc.service': 25,
  'rpc.method': 26,
  'faas.invoked_provider': 27,
  'faas.invoked_name': 28,
  'faas.trigger': 29,
  'graphql.operation.type': 30,
  'graphql.operation.name': 31,
  'network.protocol.name': 32,
  'error.msg': 33,
  'error.message': 34,
  'error.type': 35,
  'error.stack': 36,
  'sampling.priority': 37,
  'analytics.event': 38,
  '_dd.measured': 39,
  'peer.service': 40,
  'rpc.grpc.status_code': 41,
  'grpc.code': 42,
  'rpc.grpc.status.code': 43,
  'grpc.status.code': 44,
  'rpc.response.status_code': 45,
  'rpc.system.name': 46,
  'db.name': 47,
} as const;

/** An attribute that has a slot. */
export type SlotName = keyof typeof SLOT;

/** Number of slots. */
export const SLOT_COUNT = Object.keys(SLOT).length;

/** What slots are about, as bits: a rule is skipped where nothing of its group is set. */
export const GROUP = {
  identity: 1,
  naming: 2,
  http: 4,
  error: 8,
  marks: 16,
  call: 32,
  database: 64,
} as const;

/** The groups of a slot. */
export function groupsOf(name: string): number {
  if (/^(service\.|version$|env$|deployment\.)/.test(name)) return GROUP.identity;
  if (/^error\./.test(name)) return GROUP.error;
  if (/^(sampling\.|analytics\.|_dd\.)/.test(name)) return GROUP.marks;
  if (name === 'db.namespace' || name === 'db.name') return GROUP.naming | GROUP.database;
  if (/^peer\.|grpc|^rpc\.(response|system\.name)/.test(name)) return GROUP.call;
  return name.startsWith('http.') ? GROUP.naming | GROUP.http : GROUP.naming;
}

/** The slots of one span over those of its resource. */
export class Slots {
  readonly span: unknown[] = new Array<unknown>(SLOT_COUNT).fill(undefined);
  /** The slots to be emptied for the next span. */
  private readonly touched: number[] = [];
  private touchedCount = 0;
  resource: readonly unknown[] = [];
  /** Groups of which the span itself sets something. */
  spanGroups = 0;
  /** Groups of which the span or its resource sets something. */
  groups = 0;

  begin(resource: readonly unknown[], groups: number): void {
    for (let index = 0; index < this.touchedCount; index++)
      this.span[this.touched[index] as number] = undefined;
    this.touchedCount = 0;
    this.resource = resource;
    this.spanGroups = 0;
    this.groups = groups;
  }

  set(slot: number, value: unknown, groups: number): void {
    this.span[slot] = value;
    this.touched[this.touchedCount++] = slot;
    this.spanGroups |= groups;
    this.groups |= groups;
  }

  has(group: number): boolean {
    return (this.groups & group) !== 0;
  }

  /** The span's value, else the resource's. */
  value(slot: number): unknown {
    return this.span[slot] ?? this.resource[slot];
  }

  /** The span's own value as text. */
  own(slot: number): string {
    return asText(this.span[slot]);
  }

  /** The same as text; an empty one of the span counts as not there. */
  text(slot: number): string {
    return asText(this.span[slot]) || asText(this.resource[slot]);
  }

  /** The first of two attributes that is set: key by key, so a resource's first beats a span's second. */
  either(first: number, second: number): string {
    return this.text(first) || this.text(second);
  }
}

function asText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value === undefined || value === null) return '';
  return typeof value === 'object' ? (toJson(value) ?? '') : String(value);
}
