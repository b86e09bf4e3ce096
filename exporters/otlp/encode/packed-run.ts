import type { Resource } from '@opentelemetry/resources';
import type { Packed } from '../../delivery/index.ts';
import type { Scope } from './envelope.ts';

/** Bytes that a block leaves free in front of its first record, for what goes in front of it in a request. */
export const HEADROOM = 2_048;

/** Bytes of many records, of one scope or of several. */
export class Block {
  /** There once the block is closed. */
  bytes: Buffer = NOTHING;
  /** The place of the first byte: what lay in front of it was left out. */
  base = 0;
  /** Records that have not been delivered. */
  private open = 0;
  private isShared = false;

  /** @param release takes the memory of a block that nobody reads any more */
  constructor(private readonly release: (bytes: Buffer) => void) {}

  close(bytes: Buffer, records: number, base = 0): void {
    this.bytes = bytes;
    this.open = records;
    this.base = base;
  }

  /** A request with some of it was given up: the network may still hold on to the bytes. */
  keep(): void {
    this.isShared = true;
  }

  /** So many of its records have arrived. */
  delivered(records: number): void {
    this.open -= records;
    if (this.open === 0 && !this.isShared) this.release(this.bytes);
  }
}

/**
 * Records of one scope that are only their bytes: each what stands between tag and end in the list of
 * its scope. They lie in one block, in one piece or, between records of other scopes, in several.
 */
export class PackedRun implements Packed {
  /** Start and end of each piece, one behind the other. */
  private readonly pieces: number[] = [];
  private count = 0;
  private size = 0;

  constructor(
    readonly resource: Resource,
    readonly instrumentationScope: Scope,
    readonly block: Block,
  ) {}

  get packedItems(): number {
    return this.count;
  }

  get packedBytes(): number {
    return this.size;
  }

  /** Where it ends, if it is in one piece with {@link HEADROOM} in front of it. */
  get endBehindHeadroom(): number | undefined {
    const { pieces, block } = this;
    return pieces.length === 2 && pieces[0] === HEADROOM && block.base === 0 ? pieces[1] : undefined;
  }

  /** Calls back with where each piece is in the bytes of the block. */
  eachPiece(take: (start: number, end: number) => void): void {
    const { pieces } = this;
    const { base } = this.block;
    for (let at = 0; at < pieces.length; at += 2) {
      take((pieces[at] as number) - base, (pieces[at + 1] as number) - base);
    }
  }

  /** Adds a record. */
  add(start: number, end: number): void {
    const { pieces } = this;
    const last = pieces.length - 1;
    if (last > 0 && pieces[last] === start) pieces[last] = end;
    else pieces.push(start, end);
    this.count++;
    this.size += end - start;
  }

  /** Takes back the last record, which began at `start`. */
  removeLast(start: number): void {
    const { pieces } = this;
    const last = pieces.length - 1;
    this.count--;
    this.size -= (pieces[last] as number) - start;
    if (pieces[last - 1] === start) pieces.length -= 2;
    else pieces[last] = start;
  }

  splitAt(items: number): readonly [PackedRun, PackedRun] {
    const { resource, instrumentationScope, block } = this;
    const first = new PackedRun(resource, instrumentationScope, block);
    const rest = new PackedRun(resource, instrumentationScope, block);
    this.eachPiece((start, end) => {
      for (let at = start; at < end; ) {
        const next = endOfField(block.bytes, at);
        (first.count < items ? first : rest).add(at + block.base, next + block.base);
        at = next;
      }
    });
    return [first, rest];
  }
}

/** Where a field of bytes ends that begins with a tag of one byte. */
function endOfField(bytes: Uint8Array, start: number): number {
  let at = start + 1;
  let length = 0;
  for (let factor = 1; ; factor *= 128) {
    const byte = bytes[at++] as number;
    length += (byte & 127) * factor;
    if (byte < 128) return at + length;
  }
}

const NOTHING = Buffer.alloc(0);
