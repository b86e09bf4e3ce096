import type { Signal } from '../../../src/core/index.ts';
import type { BatchOf } from '../destination.ts';
import type { SpoolCodec } from './codec.ts';
import { quietly } from './file-system.ts';
import { mergeHolds } from './holds.ts';
import type { Hold, Segment, TakeLimit } from './segment.ts';
import type { StreamKey } from './segment-name.ts';

/** Why items left the spool without being sent. */
export type SpoolDropReason = 'spool_full' | 'spool_expired' | 'spool_corrupt';

/** Whoever keeps the books of a stream. */
export interface StreamListener {
  /** So many items of earlier processes came in. */
  recovered(items: number): void;
  dropped(items: number, reason: SpoolDropReason): void;
  /** There is something to take. */
  ready(): void;
}

/** What a stream needs of the spool it belongs to. */
export interface StreamDisk {
  readonly codec: SpoolCodec;
  readonly writeAhead: boolean;
  /** Bytes after which a segment is full. */
  readonly segmentBytes: number;
  /** Milliseconds. */
  readonly maxAge: number;
  /** Bytes that a batch may have. */
  readonly largest: number;
  /** Milliseconds since the epoch. */
  now(): number;
  /** A new segment with room for so many bytes. @throws what the system says */
  create(key: StreamKey, bytes: number): Segment;
  /** Runs what the disk may refuse: undefined if it did, or is left alone after it did. */
  write<T>(work: () => T): T | undefined;
  /** The same for what is only read: a full disk can still be emptied. */
  read<T>(work: () => T): T | undefined;
  /** Runs what has to be tried in any case. */
  must(work: () => void): void;
  wrote(segment: Segment): void;
  seal(segment: Segment): void;
  /** All of it is settled. */
  finish(segment: Segment): void;
}

/** What was taken to be sent. */
export interface TakenBatch<S extends Signal> {
  readonly batch: BatchOf[S];
  readonly items: number;
  readonly bytes: number;
  readonly holds: readonly Hold[];
}

/** What one signal of one destination has on disk. Nothing here throws. */
export class SpoolStream<S extends Signal = Signal> {
  listener: StreamListener = { recovered: () => {}, dropped: () => {}, ready: () => {} };
  private segments: Segment[] = [];
  private current: Segment | undefined;
  /** Items in files that another process has taken over. */
  private handedOver = 0;
  /** What was written ahead, by the item in memory. */
  private readonly written = new WeakMap<object, Hold>();

  constructor(
    readonly key: StreamKey & { readonly signal: S },
    private readonly disk: StreamDisk,
  ) {}

  /** Items on disk that are not in memory. */
  get items(): number {
    return this.handedOver + sumOf(this.segments, ({ free }) => free);
  }

  /** Those of them that can be taken, without what earlier processes have left. */
  get ownItems(): number {
    return sumOf(this.segments, ({ free, isRecovered }) => (isRecovered ? 0 : free));
  }

  get canTake(): boolean {
    return this.segments.some(({ free }) => free > 0);
  }

  get writesAhead(): boolean {
    return this.disk.writeAhead;
  }

  /** Milliseconds after which nothing is worth sending. */
  get maxAge(): number {
    return this.disk.maxAge;
  }

  get all(): readonly Segment[] {
    return this.segments;
  }

  /** Puts a batch on disk, to be taken later. False if the disk does not take it. */
  append(batch: BatchOf[S], items: number): boolean {
    return this.write(batch, items, false) !== undefined;
  }

  /** Puts a batch on disk that stays in memory too. */
  hold(batch: BatchOf[S], items: number): Hold[] | undefined {
    const hold = this.write(batch, items, true);
    return hold && [hold];
  }

  /** Puts an item on disk that stays in memory too. @param item by which it is found again */
  writeAhead(item: object, batch: BatchOf[S], items: number): void {
    const hold = this.write(batch, items, true);
    if (hold) this.written.set(item, hold);
  }

  /** What was written ahead of these items. */
  holdsOf(items: readonly object[]): Hold[] {
    const holds: Hold[] = [];
    for (const item of items) {
      const hold = this.written.get(item);
      if (hold && !hold.segment.isRemoved) holds.push(hold);
    }
    return mergeHolds(holds);
  }

  /** Takes the next batch, the own ones first. It is settled or released afterwards. */
  take(limit: TakeLimit): TakenBatch<S> | undefined {
    return this.disk.read(() => {
      for (const recovered of [false, true]) {
        for (const segment of this.segments.filter(({ isRecovered }) => isRecovered === recovered)) {
          const taken = segment.free > 0 ? this.takeFrom(segment, limit) : undefined;
          if (taken) return taken;
        }
      }
      return undefined;
    });
  }

  /** They have arrived, or were refused for good. */
  settle(holds: readonly Hold[]): void {
    for (const segment of new Set(holds.map((hold) => hold.segment))) {
      const own = holds.filter((hold) => hold.segment === segment);
      this.disk.must(() => segment.settle(own, this.disk.now()));
      this.tidy(segment);
    }
  }

  /** They stay on disk, and only there. False if they are not there any more. */
  release(holds: readonly Hold[]): boolean {
    if (holds.some(({ segment }) => segment.isRemoved)) {
      this.settle(holds.filter(({ segment }) => !segment.isRemoved));
      return false;
    }
    for (const hold of holds) hold.segment.release(hold);
    return true;
  }

  /** Takes in a segment of an earlier process. */
  adopt(segment: Segment): void {
    this.segments.push(segment);
    this.listener.recovered(segment.free);
    this.listener.ready();
  }

  /** Gives up a whole segment. */
  evict(segment: Segment, reason: SpoolDropReason): void {
    const lost = segment.giveUp();
    this.forget(segment);
    if (lost > 0) this.listener.dropped(lost, reason);
  }

  /** The files belong to another process now, and with them what only they hold. */
  handOver(): void {
    for (const segment of this.segments) {
      this.handedOver += segment.free;
      segment.isRemoved = true;
      segment.close();
    }
    this.segments = [];
    this.current = undefined;
  }

  /** Removes files that are of no use any more. */
  tidyAll(): void {
    for (const segment of [...this.segments]) {
      if (segment.isDone) this.forget(segment);
    }
  }

  private write(batch: BatchOf[S], items: number, hold: boolean): Hold | undefined {
    return this.disk.write(() => {
      const { codec, segmentBytes, largest } = this.disk;
      // What cannot be encoded is not the disk's fault; the destination will say what is wrong with it.
      const { signal } = this.key;
      const payload = quietly(() => codec.encode(signal, batch));
      if (!payload || payload.length > largest) return undefined;
      if (this.current?.sealed) this.current = undefined;
      if (this.current && this.current.size + payload.length > segmentBytes) this.rotate(this.current);
      if (!this.current) {
        this.current = this.disk.create(this.key, payload.length);
        this.segments.push(this.current);
      }
      const written = this.current.append(signal, items, payload, this.disk.now(), hold);
      codec.release?.(signal, payload);
      this.disk.wrote(this.current);
      return written;
    });
  }

  private rotate(segment: Segment): void {
    this.current = undefined;
    this.disk.seal(segment);
    this.tidy(segment);
  }

  private takeFrom(segment: Segment, limit: TakeLimit): TakenBatch<S> | undefined {
    const taken = segment.take(limit);
    if (!taken) {
      // What should be there cannot be read.
      if (segment.free > 0) this.evict(segment, 'spool_corrupt');
      return undefined;
    }
    if (taken.expired > 0) this.listener.dropped(taken.expired, 'spool_expired');
    const { payloads, holds } = taken;
    const items = sumOf(holds, (hold) => hold.items);
    if (payloads.length === 0) {
      this.tidy(segment);
      return undefined;
    }
    try {
      const batch = this.disk.codec.decode(this.key.signal, payloads);
      return { batch, items, bytes: sumOf(payloads, ({ length }) => length), holds };
    } catch {
      this.listener.dropped(items, 'spool_corrupt');
      this.settle(holds);
      return undefined;
    }
  }

  /** A segment that is still written to goes when nothing is left in it, unless more comes in at once. */
  private tidy(segment: Segment): void {
    if (segment.isDone && (segment.sealed || !this.disk.writeAhead)) this.forget(segment);
  }

  private forget(segment: Segment): void {
    this.segments = this.segments.filter((other) => other !== segment);
    if (this.current === segment) this.current = undefined;
    if (!segment.isRemoved) this.disk.finish(segment);
  }
}

function sumOf<T>(all: readonly T[], of: (each: T) => number): number {
  let sum = 0;
  for (const each of all) sum += of(each);
  return sum;
}
