/**
 * The attributes that decide more than their own tag. While a span's attributes are written, these
 * are put into slots, so that every rule reads an array index and never searches the attributes.
 */
const NAMES = [
  'operation.name',
  'resource.name',
  'service.name',
  'span.type',
  'service.version',
  'version',
  'env',
  'deployment.environment.name',
  'deployment.environment',
  'http.request.method',
  'http.method',
  'http.route',
  'url.template',
  'http.status_code',
  'http.response.status_code',
  'db.system.name',
  'db.system',
  'db.statement',
  'db.query.text',
  'db.namespace',
  'messaging.system',
  'messaging.operation',
  'messaging.destination',
  'messaging.destination.name',
  'rpc.system',
  'rpc.service',
  'rpc.method',
  'faas.invoked_provider',
  'faas.invoked_name',
  'faas.trigger',
  'graphql.operation.type',
  'graphql.operation.name',
  'network.protocol.name',
  'error.msg',
  'error.message',
  'error.type',
  'error.stack',
  'sampling.priority',
  'analytics.event',
  '_dd.measured',
] as const;

/** An attribute that has a slot. */
export type SlotName = (typeof NAMES)[number];

/** Name of an attribute → index of its slot. */
export const SLOT = Object.freeze(Object.fromEntries(NAMES.map((name, index) => [name, index]))) as Readonly<
  Record<SlotName, number>
>;

/** Number of slots. */
export const SLOT_COUNT = NAMES.length;

/** The slots of one span over those of its resource. */
export class Slots {
  readonly span: unknown[] = new Array<unknown>(SLOT_COUNT).fill(undefined);
  resource: readonly unknown[] = [];

  clear(resource: readonly unknown[]): void {
    this.span.fill(undefined);
    this.resource = resource;
  }

  /** The span's value, else the resource's. */
  value(slot: number): unknown {
    return this.span[slot] ?? this.resource[slot];
  }

  /** The same as text; nothing for an empty one. */
  text(slot: number): string {
    const value = this.value(slot);
    return typeof value === 'string' ? value : value === undefined || value === null ? '' : String(value);
  }

  /** The first of two attributes that is set: key by key, so a resource's first beats a span's second. */
  either(first: number, second: number): string {
    return this.text(first) || this.text(second);
  }
}
