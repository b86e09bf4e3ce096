import type { Resource } from '@opentelemetry/resources';
import type { Packed } from '../../delivery/index.ts';
import type { AttributeKey } from './attributes.ts';
import type { RecordEncoder, Scope } from './envelope.ts';
import { RECORD } from './fields.ts';
import type { ProtobufWriter } from './protobuf-writer.ts';

/** A block of packed records is closed when it is as large. */
const BLOCK = 62 * 1024;

/** Bytes of many records. They are there once the block is closed. */
interface Block {
  bytes: Buffer;
}

/** What is common to spans and log records. */
export interface ScopedRecord {
  readonly resource: Resource;
  readonly instrumentationScope: Scope;
}

/** A record that is only its bytes: what stands between tag and end in the list of its scope. */
export class PackedRecord implements ScopedRecord, Packed {
  constructor(
    readonly resource: Resource,
    readonly instrumentationScope: Scope,
    readonly block: Block,
    readonly start: number,
    readonly end: number,
  ) {}

  get packedBytes(): number {
    return this.end - this.start;
  }
}

/** Encodes records one by one as they come, many into one block of memory. */
export class Packer<T extends ScopedRecord> {
  private block: Block = { bytes: NOTHING };
  private readonly shapes = new WeakMap<Scope, AttributeKey[][]>();
  private lastScope: Scope | undefined;
  private lastShapes: AttributeKey[][] = [];
  /** Bytes that the length of a record took the last time. */
  private room = 2;

  constructor(
    private readonly writer: ProtobufWriter,
    private readonly records: RecordEncoder<T>,
  ) {}

  /** @throws what a value throws that cannot be read */
  pack(record: T): PackedRecord {
    const { writer, room, block } = this;
    const { resource, instrumentationScope } = record;
    const at = writer.position;
    try {
      writer.byte(RECORD);
      const start = writer.open(room);
      this.records.write(record, this.shapesOf(instrumentationScope));
      this.room = writer.close(start, room);
    } catch (error) {
      writer.rewind(at);
      writer.epoch++;
      throw error;
    }
    const packed = new PackedRecord(resource, instrumentationScope, block, at, writer.position);
    if (writer.position >= BLOCK) this.close();
    return packed;
  }

  /** Closes the open block: from now on its records can be read. */
  close(): void {
    const { writer, block } = this;
    if (writer.position === 0) return;
    const bytes = writer.take();
    // Memory that is hardly used is better used again.
    if (bytes.length < bytes.buffer.byteLength / 2) {
      block.bytes = Buffer.from(bytes);
      writer.release(bytes);
    } else block.bytes = bytes;
    this.block = { bytes: NOTHING };
    writer.begin();
  }

  private shapesOf(scope: Scope): AttributeKey[][] {
    if (scope === this.lastScope) return this.lastShapes;
    let shapes = this.shapes.get(scope);
    if (!shapes) {
      shapes = [];
      this.shapes.set(scope, shapes);
    }
    this.lastScope = scope;
    this.lastShapes = shapes;
    return shapes;
  }
}

const NOTHING = Buffer.alloc(0);
