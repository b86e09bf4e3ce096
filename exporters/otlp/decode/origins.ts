import type { AnyValue, Attributes } from '@opentelemetry/api';
import type { InstrumentationScope } from '@opentelemetry/core';
import type * as resources from '@opentelemetry/resources';
import { ProtobufReader } from './protobuf.ts';
import { readAttribute } from './values.ts';

/** A scope with what the OTLP serialisers write of it. */
export type Scope = InstrumentationScope & {
  attributes?: Record<string, AnyValue>;
  droppedAttributesCount?: number;
};

/** How many different resources, and how many scopes, are remembered. */
const REMEMBERED = 64;

/**
 * Reads resources and scopes, the same bytes into the same object: encoders group by object, and in
 * a spool each span may come with its own copy.
 */
export class Origins {
  private readonly resources = new Map<string, resources.Resource>();
  private readonly scopes = new Map<string, Scope>();

  constructor(private readonly make: typeof resources.resourceFromAttributes) {}

  /** `Resource` of opentelemetry-proto `resource.proto`, and the `schema_url` beside it. */
  resource(bytes: Uint8Array, schemaUrl: string): resources.Resource {
    return remembered(this.resources, bytes, schemaUrl, () => {
      const attributes: Attributes = {};
      const reader = new ProtobufReader(bytes);
      while (reader.next()) if (reader.field === 1) readAttribute(reader, attributes);
      return this.make(attributes, schemaUrl === '' ? {} : { schemaUrl });
    });
  }

  /** `InstrumentationScope` of opentelemetry-proto `common.proto`, and the `schema_url` beside it. */
  scope(bytes: Uint8Array, schemaUrl: string): Scope {
    return remembered(this.scopes, bytes, schemaUrl, () => readScope(bytes, schemaUrl));
  }
}

function readScope(bytes: Uint8Array, schemaUrl: string): Scope {
  const scope: { -readonly [K in keyof Scope]: Scope[K] } = { name: '' };
  const attributes: Attributes = {};
  const reader = new ProtobufReader(bytes);
  while (reader.next()) {
    if (reader.field === 1) scope.name = reader.text();
    else if (reader.field === 2) scope.version = reader.text();
    else if (reader.field === 3) {
      readAttribute(reader, attributes);
      scope.attributes = attributes;
    } else if (reader.field === 4) scope.droppedAttributesCount = reader.uint();
  }
  if (schemaUrl !== '') scope.schemaUrl = schemaUrl;
  return scope;
}

function remembered<T>(known: Map<string, T>, bytes: Uint8Array, schemaUrl: string, make: () => T): T {
  const key = `${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')}\n${schemaUrl}`;
  let value = known.get(key);
  if (value === undefined) {
    if (known.size >= REMEMBERED) known.clear();
    value = make();
    known.set(key, value);
  }
  return value;
}
