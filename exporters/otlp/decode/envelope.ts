import type { Resource } from '@opentelemetry/resources';
import type { Origins, Scope } from './origins.ts';
import { ProtobufReader } from './protobuf.ts';

const NOTHING = new Uint8Array(0);

/** One scope of one resource, with its items as they are in the message. */
export interface Group {
  readonly resource: Resource;
  readonly scope: Scope;
  readonly items: readonly Uint8Array[];
}

/**
 * The groups of an `Export…ServiceRequest`. The three signals differ only in the items: field 1 of
 * the request holds a resource (1), scopes (2) and a schema URL (3), each scope its name (1), items
 * (2) and a schema URL (3). Source: opentelemetry-proto 1.x, `…_service.proto`, `trace.proto`,
 * `metrics.proto`, `logs.proto`.
 */
export function* groupsOf(request: Uint8Array, origins: Origins): Generator<Group> {
  const reader = new ProtobufReader(request);
  while (reader.next()) {
    if (reader.field !== 1) continue;
    const { head, items, schemaUrl } = readPart(reader.message());
    const resource = origins.resource(head, schemaUrl);
    for (const bytes of items) {
      const inner = readPart(new ProtobufReader(bytes));
      yield { resource, scope: origins.scope(inner.head, inner.schemaUrl), items: inner.items };
    }
  }
}

function readPart(reader: ProtobufReader) {
  let head: Uint8Array = NOTHING;
  let schemaUrl = '';
  const items: Uint8Array[] = [];
  while (reader.next()) {
    if (reader.field === 1) head = reader.slice();
    else if (reader.field === 2) items.push(reader.slice());
    else if (reader.field === 3) schemaUrl = reader.text();
  }
  return { head, items, schemaUrl };
}
