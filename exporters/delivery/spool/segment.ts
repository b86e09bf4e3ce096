import { FileSource } from './file-source.ts';
import { createFile, type FileSystem, openFile, quietly } from './file-system.ts';
import { type FrameKind, frameHeader, HEADER, nextMagic, readFrame } from './frame.ts';
import { RangeSet } from './range-set.ts';

/** A stretch of a segment whose items are in memory, or under way, right now. */
export interface Hold {
  readonly segment: Segment;
  readonly from: number;
  readonly to: number;
  readonly items: number;
}

/** What {@link Segment.take} may take. */
export interface TakeLimit {
  readonly items: number;
  readonly bytes: number;
  /** Milliseconds since the epoch; what was written before is not worth sending. */
  readonly notBefore: number;
}

/** What was taken. */
export interface Taken {
  readonly payloads: Buffer[];
  readonly holds: Hold[];
  /** Items that were too old. */
  readonly expired: number;
}

/** Devices without a battery begin their day in 1970: a time before 2020 says nothing. */
const PLAUSIBLE = Date.UTC(2020, 0, 1);

/**
 * A file of frames that is only appended to. Each frame is free, held by somebody in memory, or
 * settled; what is settled is appended too, and the file is removed as a whole when all of it is.
 * One writer: this process until it ends, then whoever has taken over its directory.
 */
export class Segment {
  /** Bytes that are known to be whole frames, or to be skipped. */
  size = 0;
  /** Items neither held nor settled. */
  free = 0;
  /** When its last frame was written. */
  lastTime = 0;
  /** Bytes that could not be read. */
  unreadable = 0;
  /** True if no more items go in. */
  sealed = false;
  isRemoved = false;
  readonly settled = new RangeSet();
  private readonly held = new RangeSet();
  /** Nothing free in front of it. */
  private cursor = 0;
  private fd: number | undefined;

  /** @param isRecovered it comes from an earlier process */
  constructor(
    private readonly files: FileSystem,
    readonly path: string,
    readonly isRecovered: boolean,
  ) {}

  /** True if nothing in it is of use any more. */
  get isDone(): boolean {
    return this.free === 0 && this.held.isEmpty;
  }

  /** Makes the file. @throws what the system says */
  create(): void {
    this.fd = createFile(this.files, this.path);
  }

  /** Appends items: held from the start, or free to be taken. @throws what the system says; then nothing was appended */
  append(kind: FrameKind, items: number, payload: Uint8Array, time: number, hold: boolean): Hold {
    const from = this.write(kind, items, payload, time);
    this.lastTime = time;
    if (hold) this.held.add(from, this.size);
    else this.free += items;
    return { segment: this, from, to: this.size, items };
  }

  /** Takes what is free, in order, and holds it. Undefined if there is nothing. @throws if the disk cannot be read */
  take(limit: TakeLimit): Taken | undefined {
    const taken = { payloads: [] as Buffer[], holds: [] as Hold[], items: 0, bytes: 0, expired: 0 };
    const source = new FileSource(this.files, this.open(), this.size);
    let at = this.cursor;
    while (at < this.size) {
      const next = this.settled.endOf(at) ?? this.held.endOf(at) ?? this.takeFrame(source, at, limit, taken);
      if (next === undefined) break;
      at = next;
    }
    this.cursor = at;
    return taken.payloads.length > 0 || taken.expired > 0 ? taken : undefined;
  }

  /** The items are where they belong, or nowhere: they will not be read again. */
  settle(holds: readonly Hold[], time: number): void {
    for (const { from, to } of holds) {
      this.held.remove(from, to);
      this.settled.add(from, to);
    }
    if (this.isRemoved || (this.isDone && this.sealed)) return;
    const ranges = Buffer.alloc(8 * holds.length);
    for (const [index, { from, to }] of holds.entries()) {
      ranges.writeUInt32LE(from, 8 * index);
      ranges.writeUInt32LE(to, 8 * index + 4);
    }
    const from = this.write('settled', 0, ranges, time);
    this.settled.add(from, this.size);
  }

  /** The items are on disk only. */
  release({ from, to, items }: Hold): void {
    this.held.remove(from, to);
    this.free += items;
    this.cursor = Math.min(this.cursor, from);
  }

  /** What is free can no longer be read: it is given up. @returns how many items */
  giveUp(): number {
    const lost = this.free;
    this.free = 0;
    this.settled.add(0, this.size);
    return lost;
  }

  /** No more items go in. The file is opened again when it is needed. */
  seal(): void {
    this.sealed = true;
    this.close();
  }

  close(): void {
    const { fd } = this;
    this.fd = undefined;
    if (fd !== undefined) quietly(() => this.files.closeSync(fd));
  }

  /** Removes the file, or moves it to `keepAs`. */
  remove(keepAs?: string): void {
    this.isRemoved = true;
    this.close();
    if (keepAs !== undefined) this.files.renameSync(this.path, keepAs);
    else this.files.unlinkSync(this.path);
  }

  /** The open file. @throws what the system says */
  open(): number {
    this.fd ??= openFile(this.files, this.path);
    return this.fd;
  }

  /** @returns the next position, undefined if the frame does not fit into the limit */
  private takeFrame(
    source: FileSource,
    at: number,
    limit: TakeLimit,
    taken: { payloads: Buffer[]; holds: Hold[]; items: number; bytes: number; expired: number },
  ): number | undefined {
    const frame = readFrame(source, at);
    if (!frame || frame.kind === 'settled') {
      const end = frame ? at + HEADER + frame.length : nextMagic(source, at);
      if (!frame) this.unreadable += end - at;
      this.settled.add(at, end);
      return end;
    }
    const end = at + HEADER + frame.length;
    const { items, time, payload } = frame;
    if (time < limit.notBefore && time > PLAUSIBLE) {
      this.settled.add(at, end);
      this.free -= items;
      taken.expired += items;
      return end;
    }
    const isFirst = taken.payloads.length === 0;
    if (!isFirst && (taken.items + items > limit.items || taken.bytes + payload.length > limit.bytes)) return;
    taken.payloads.push(Buffer.from(payload));
    taken.items += items;
    taken.bytes += payload.length;
    this.held.add(at, end);
    this.free -= items;
    const last = taken.holds.at(-1);
    const hold = { segment: this, from: at, to: end, items };
    if (last?.to === at)
      taken.holds[taken.holds.length - 1] = { ...hold, from: last.from, items: last.items + items };
    else taken.holds.push(hold);
    return end;
  }

  /** @returns where the frame begins */
  private write(kind: FrameKind, items: number, payload: Uint8Array, time: number): number {
    const fd = this.open();
    const total = HEADER + payload.length;
    let written = 0;
    try {
      written = this.files.writevSync(fd, [frameHeader(kind, items, time, payload), payload]);
    } finally {
      // A full disk may take a part and say nothing.
      if (written !== total) this.cutBack(fd);
    }
    if (written !== total) throw Object.assign(new Error('short write'), { code: 'ENOSPC' });
    this.size += total;
    return this.size - total;
  }

  /** Takes a torn frame off again; if that fails too, nothing more is written behind it. */
  private cutBack(fd: number): void {
    if (this.isRecovered) return;
    try {
      this.files.ftruncateSync(fd, this.size);
    } catch {
      this.sealed = true;
    }
  }
}
