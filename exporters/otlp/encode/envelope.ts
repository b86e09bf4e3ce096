import type { InstrumentationScope } from '@opentelemetry/core';
import type { Resource } from '@opentelemetry/resources';
import { writeKeyValues } from './any-value.ts';
import type { AttributeKey } from './attributes.ts';
import { RECORD, writeCount, writeText } from './fields.ts';
import { HEADROOM, PackedRun } from './packed-run.ts';
import { ProtobufWriter, varintSize } from './protobuf-writer.ts';

/** The instrumentation scope of a record; the SDK's logs may add attributes. */
export type Scope = InstrumentationScope & {
  readonly attributes?: object;
  readonly droppedAttributesCount?: number;
};

/** Records by resource and scope. */
export type Groups<T> = Iterable<readonly [Resource, Iterable<readonly [Scope, readonly T[]]>]>;

/** Writes the content of one span, metric or log record. */
export interface RecordEncoder<T> {
  /** @param shapes the attribute names of earlier records of this scope, by whatever tells them apart */
  write(record: T, shapes: AttributeKey[][]): void;
}

/**
 * The fields around records, which are the same for the three signals: a request has resources, a
 * resource has scopes, a scope has records. Source: opentelemetry-proto, `Resource…` and `Scope…`.
 */
const FIELD = {
  resources: 0x0a,
  resource: 0x0a,
  scopes: 0x12,
  scope: 0x0a,
  records: 0x12,
  url: 0x1a,
} as const;

/** What is known about a scope: its bytes, written once, and what its records looked like. */
interface ScopeFacts {
  readonly bytes: Buffer;
  readonly shapes: AttributeKey[][];
}

/** Writes requests: the records of a batch, each resource and scope once. */
export class Envelope<T> {
  private readonly resources = new WeakMap<Resource, Buffer>();
  private readonly scopes = new WeakMap<Scope, ScopeFacts>();
  /** Bytes that lengths took the last time. */
  private readonly room = { resources: 3, scopes: 3, records: 2 };

  constructor(
    private readonly writer: ProtobufWriter,
    private readonly records: RecordEncoder<T>,
  ) {}

  /** The bytes of one request. @throws what a value throws that cannot be read */
  encode(groups: Groups<T>): Buffer {
    const { writer, room } = this;
    writer.begin();
    for (const [resource, scopes] of groups) {
      writer.byte(FIELD.resources);
      const start = writer.open(room.resources);
      writer.raw(this.resource(resource));
      for (const [scope, records] of scopes) this.scope(scope, records);
      room.resources = writer.close(start, room.resources);
    }
    return writer.take();
  }

  private scope(scope: Scope, records: readonly T[]): void {
    const { writer, room } = this;
    const { bytes, shapes } = this.factsOf(scope);
    writer.byte(FIELD.scopes);
    const start = writer.open(room.scopes);
    writer.raw(bytes);
    for (const record of records) {
      if (record instanceof PackedRun)
        record.eachPiece((from, to) => writer.copy(record.block.bytes, from, to));
      else this.record(record, shapes);
    }
    room.scopes = writer.close(start, room.scopes);
  }

  private record(record: T, shapes: AttributeKey[][]): void {
    const { writer, room } = this;
    writer.byte(RECORD);
    const content = writer.open(room.records);
    this.records.write(record, shapes);
    room.records = writer.close(content, room.records);
  }

  /**
   * The bytes of a request with one run: what belongs in front of it is written where its block left
   * room, and nothing is copied. Undefined if that cannot be.
   */
  around({ resource, instrumentationScope, block, endBehindHeadroom: end }: PackedRun): Buffer | undefined {
    if (end === undefined) return undefined;
    const { writer } = this;
    const head = this.resource(resource);
    const { bytes } = this.factsOf(instrumentationScope);
    const scope = bytes.length + end - HEADROOM;
    writer.begin();
    writer.byte(FIELD.resources);
    writer.varint(head.length + 1 + varintSize(scope) + scope);
    writer.raw(head);
    writer.byte(FIELD.scopes);
    writer.varint(scope);
    writer.raw(bytes);
    const start = HEADROOM - writer.position;
    if (start < 0) return undefined;
    block.bytes.set(writer.view(0, writer.position), start);
    return block.bytes.subarray(start, end);
  }

  private resource(resource: Resource): Buffer {
    let bytes = this.resources.get(resource);
    if (!bytes) {
      bytes = headOf(FIELD.resource, resource.schemaUrl, (writer) =>
        writeKeyValues(writer, 0x0a, resource.attributes),
      );
      // Detectors may still be at work; then the next request looks again.
      if (!resource.asyncAttributesPending) this.resources.set(resource, bytes);
    }
    return bytes;
  }

  private factsOf(scope: Scope): ScopeFacts {
    let facts = this.scopes.get(scope);
    if (!facts) {
      const bytes = headOf(FIELD.scope, scope.schemaUrl, (writer) => writeScope(writer, scope));
      facts = { bytes, shapes: [] };
      this.scopes.set(scope, facts);
    }
    return facts;
  }
}

/** `InstrumentationScope`: name 1, version 2, attributes 3, dropped_attributes_count 4. */
function writeScope(writer: ProtobufWriter, scope: Scope): void {
  writeText(writer, 0x0a, scope.name);
  writeText(writer, 0x12, scope.version);
  if (scope.attributes) writeKeyValues(writer, 0x1a, scope.attributes);
  writeCount(writer, 0x20, scope.droppedAttributesCount);
}

/** What stands in front of scopes or records: a message about what they belong to, and the URL of its schema. */
function headOf(tag: number, url: string | undefined, write: (writer: ProtobufWriter) => void): Buffer {
  const writer = new ProtobufWriter(512);
  writer.byte(tag);
  const start = writer.open(1);
  write(writer);
  writer.close(start, 1);
  writeText(writer, FIELD.url, url);
  return writer.take();
}

/** Groups records by the identity of resource and scope, in order of appearance. */
export function grouped<T extends { readonly resource: Resource; readonly instrumentationScope: Scope }>(
  records: readonly T[],
): Groups<T> {
  const byResource = new Map<Resource, Map<Scope, T[]>>();
  let last: T | undefined;
  let group: T[] = [];
  for (const record of records) {
    const { resource, instrumentationScope: scope } = record;
    if (last?.instrumentationScope !== scope || last.resource !== resource) {
      const byScope = entryOf(byResource, resource, () => new Map<Scope, T[]>());
      group = entryOf(byScope, scope, () => []);
      last = record;
    }
    group.push(record);
  }
  return byResource;
}

function entryOf<Key, Value>(map: Map<Key, Value>, key: Key, create: () => Value): Value {
  let value = map.get(key);
  if (value === undefined) {
    value = create();
    map.set(key, value);
  }
  return value;
}
