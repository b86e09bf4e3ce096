import type { Resource } from '@opentelemetry/resources';
import type { Packing } from '../../delivery/index.ts';
import type { AttributeKey } from './attributes.ts';
import type { RecordEncoder, Scope } from './envelope.ts';
import { RECORD } from './fields.ts';
import { Block, HEADROOM, PackedRun } from './packed-run.ts';
import type { ProtobufWriter } from './protobuf-writer.ts';

/** What is common to spans and log records. */
export interface ScopedRecord {
  readonly resource: Resource;
  readonly instrumentationScope: Scope;
}

/** Encodes records one by one as they come, into one block of memory until they are taken. */
export class Packer<T extends ScopedRecord> implements Packing<T> {
  private readonly scopes = new WeakMap<Scope, ScopeFacts>();
  private block: Block;
  private runs: PackedRun[] = [];
  private count = 0;
  private lastRun: PackedRun | undefined;
  private lastShapes: AttributeKey[][] = [];
  private lastStart = 0;
  /** Bytes that the length of a record took the last time. */
  private room = 2;

  constructor(
    private readonly writer: ProtobufWriter,
    private readonly records: RecordEncoder<T>,
  ) {
    this.block = this.newBlock();
  }

  add(record: T): number {
    const { writer, room } = this;
    const at = writer.position;
    try {
      const run = this.runOf(record);
      writer.byte(RECORD);
      const start = writer.open(room);
      this.records.write(record, this.lastShapes);
      this.room = writer.close(start, room);
      run.add(at, writer.position);
    } catch {
      // Whoever encodes its batch finds out again, and then it is alone.
      this.rewind(at);
      return 0;
    }
    this.lastStart = at;
    this.count++;
    return writer.position - at;
  }

  undo(): void {
    this.lastRun?.removeLast(this.lastStart);
    this.rewind(this.lastStart);
    this.count--;
  }

  take(): T[] {
    const { writer, block, count } = this;
    const runs = this.runs.filter(({ packedItems }) => packedItems > 0);
    const isReturned = writer.hasSpare;
    const bytes = writer.take();
    // Where no memory comes back many batches wait: then none of it is to be wasted.
    if (!isReturned && bytes.length < bytes.buffer.byteLength / 2) {
      block.close(Buffer.from(bytes.subarray(HEADROOM)), count, HEADROOM);
      // The copy may lie in memory that Node.js shares among small buffers.
      block.keep();
      writer.release(bytes);
    } else block.close(bytes, count);
    this.runs = [];
    this.count = 0;
    this.lastRun = undefined;
    this.block = this.newBlock();
    return runs as ScopedRecord[] as T[];
  }

  private newBlock(): Block {
    const { writer } = this;
    writer.begin();
    writer.room(HEADROOM);
    writer.position = HEADROOM;
    return new Block((bytes) => writer.release(bytes));
  }

  private rewind(at: number): void {
    this.writer.rewind(at);
    // What was to be repeated from behind it is gone.
    this.writer.epoch++;
  }

  private runOf({ resource, instrumentationScope }: T): PackedRun {
    const { lastRun } = this;
    if (lastRun?.instrumentationScope === instrumentationScope && lastRun.resource === resource) {
      return lastRun;
    }
    let facts = this.scopes.get(instrumentationScope);
    if (!facts) {
      facts = { shapes: [], run: undefined };
      this.scopes.set(instrumentationScope, facts);
    }
    const { block } = this;
    if (facts.run?.block !== block || facts.run.resource !== resource) {
      facts.run = new PackedRun(resource, instrumentationScope, block);
      this.runs.push(facts.run);
    }
    this.lastRun = facts.run;
    this.lastShapes = facts.shapes;
    return facts.run;
  }
}

/** What is known about a scope. */
interface ScopeFacts {
  /** What its records looked like. */
  readonly shapes: AttributeKey[][];
  /** Its run of the block that was open then. */
  run: PackedRun | undefined;
}
