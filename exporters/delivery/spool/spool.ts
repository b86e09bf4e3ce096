import { join } from 'node:path';
import type { Host, Signal, Timer } from '../../../src/core/index.ts';
import { type Adopted, adopt, findLeft } from './adopt.ts';
import type { SpoolCodec } from './codec.ts';
import { DiskHealth } from './disk-health.ts';
import { type FileSystem, openForReading, quietly, systemFiles } from './file-system.ts';
import { GroupSync } from './group-sync.ts';
import { Instance } from './instance.ts';
import { FIRST_LOOK, HEARTBEAT, SEGMENT_BYTES, type SpoolOptions } from './options.ts';
import { ownOwner } from './owner.ts';
import { Quarantine } from './quarantine.ts';
import { recoverSegment } from './recover.ts';
import { checkDirectory } from './safe-directory.ts';
import { Segment } from './segment.ts';
import { type StreamKey, segmentName } from './segment-name.ts';
import { SpoolStream, type StreamDisk } from './stream.ts';
import { type Usage, usageOf } from './usage.ts';

/** The numbers of a spool. */
export interface SpoolStats {
  /** Bytes in files of this process. */
  readonly bytes: number;
  /** Seconds since the oldest telemetry in them was written; 0 if there is none. */
  readonly oldestAge: number;
  /** Bytes that could not be read. */
  readonly unreadableBytes: number;
  /** How often the disk failed. */
  readonly errors: number;
}

type SpoolHost = Pick<Host, 'clock' | 'log' | 'after' | 'every'>;

/**
 * Telemetry on disk: append-only files in a directory that any number of processes share. Each
 * process and thread has a directory of its own in it, and takes over those of processes that have
 * ended. Nothing here throws; while the disk fails, telemetry stays in memory.
 */
export class Spool {
  private readonly streams: SpoolStream[] = [];
  /** Segments of signals that have no destination now. */
  private orphans: Segment[] = [];
  /** Taken over, but not read yet. */
  private adopted: Adopted[] = [];
  private readonly writing: DiskHealth;
  private readonly reading: DiskHealth;
  private readonly sync: GroupSync | undefined;
  private readonly quarantine: Quarantine;
  private instance: Instance;
  private number = 0;
  private others: Usage = { bytes: 0, instances: 0 };
  /** Of segments that are gone. */
  private unreadable = 0;
  private timers: Timer[] = [];
  private isClosed = false;
  private readonly self = ownOwner();
  private readonly disk: StreamDisk;

  constructor(
    readonly options: SpoolOptions,
    private readonly host: SpoolHost,
    codec: SpoolCodec,
    private readonly files: FileSystem = systemFiles,
  ) {
    const { directory, maxBytes, fsync } = options;
    this.writing = new DiskHealth(directory, 'written to', host);
    this.reading = new DiskHealth(directory, 'read', host);
    this.instance = new Instance(files, directory);
    this.quarantine = new Quarantine(files, directory);
    this.sync = fsync ? new GroupSync(files, host, (error) => this.writing.failed(error)) : undefined;
    this.disk = {
      codec,
      writeAhead: options.mode === 'write-ahead',
      segmentBytes: Math.min(SEGMENT_BYTES, Math.ceil(maxBytes / 8)),
      largest: maxBytes / 2,
      maxAge: options.maxAge,
      now: () => host.clock.now(),
      create: (key, bytes) => this.create(key, bytes),
      write: (work) => this.write(work),
      read: (work) => this.read(work),
      must: (work) => this.must(work),
      wrote: (segment) => this.wrote(segment),
      seal: (segment) => {
        this.sync?.finish(segment);
        segment.seal();
      },
      finish: (segment) => this.must(() => this.finish(segment)),
    };
  }

  /** The place of one signal of one destination. Call it for all of them before {@link open}. */
  stream<S extends Signal>(destination: string, signal: S): SpoolStream<S> {
    const stream = new SpoolStream<S>({ destination, signal }, this.disk);
    this.streams.push(stream as unknown as SpoolStream);
    return stream;
  }

  /** Looks at the directory, says what is wrong with it, and soon after for what others have left. */
  open(): void {
    // Whether it can be written to is found out now, and not when it is needed.
    this.write(() => this.instance.ensure());
    this.timers = [
      this.host.after(FIRST_LOOK, () => this.look()),
      this.host.every(HEARTBEAT, () => this.look()),
    ];
  }

  /** The process ends: what is written from now on is tried even if the disk has failed. */
  lastChance(): void {
    this.writing.lastChance();
  }

  /** Leaves what is there to the next process. */
  close(): void {
    if (this.isClosed) return;
    for (const timer of this.timers) timer.cancel();
    for (const stream of this.streams) stream.tidyAll();
    this.must(() => this.sync?.finishAll());
    this.isClosed = true;
    for (const segment of this.segments()) segment.close();
    this.instance.leave();
  }

  stats(): SpoolStats {
    const segments = this.segments();
    const times = segments.filter(({ isDone }) => !isDone).map(({ lastTime }) => lastTime);
    const age = times.length === 0 ? 0 : this.host.clock.now() - Math.min(...times);
    return {
      bytes: bytesOf(segments),
      oldestAge: Math.max(0, age / 1_000),
      unreadableBytes: segments.reduce((sum, { unreadable }) => sum + unreadable, this.unreadable),
      errors: this.writing.errors + this.reading.errors,
    };
  }

  /** Gives a sign of life, removes what is too old and takes over what ended processes have left. */
  private look(): void {
    if (!this.instance.beat(this.host.clock.now())) this.loseDirectory();
    if (!this.instance.isMade) this.write(() => this.instance.ensure());
    // What is wrong with it has been said.
    if (!this.instance.isMade) return;
    this.expire();
    this.read(() => {
      this.others = usageOf(this.files, this.options.directory, this.instance.name);
      this.takeOver();
    });
    this.makeRoom(0);
  }

  /** Somebody thought we were gone. What is in memory stays there, and is sent; the files are theirs. */
  private loseDirectory(): void {
    for (const stream of this.streams) stream.handOver();
    this.orphans = [];
    this.adopted = [];
    this.instance = new Instance(this.files, this.options.directory);
  }

  private takeOver(): void {
    const { files, instance, self } = this;
    const root = this.options.directory;
    checkDirectory(files, root);
    const common = { files, root, self, now: this.host.clock.now() };
    const names = findLeft(common, instance.name);
    if (names.length === 0) return;
    instance.ensure();
    const adopter = { ...common, own: instance.path, number: () => this.number++ };
    for (const name of names) this.adopted.push(...adopt(adopter, name));
    this.host.after(0, () => this.takeInNext());
  }

  /** Reads one segment that was taken over, and then the next: each takes some milliseconds. */
  private takeInNext(): void {
    const next = this.isClosed ? undefined : this.adopted.shift();
    if (!next) return;
    this.read(() => this.takeIn(next));
    this.host.after(0, () => this.takeInNext());
  }

  private takeIn({ key, path }: Adopted): void {
    const fd = openForReading(this.files, path);
    let bytes: Buffer;
    try {
      bytes = this.files.readFileSync(fd);
    } finally {
      this.files.closeSync(fd);
    }
    const segment = recoverSegment(this.files, path, bytes);
    if (segment.isDone) {
      this.finish(segment);
      return;
    }
    const stream = this.streamFor(key);
    if (stream) stream.adopt(segment);
    else this.orphans.push(segment);
  }

  /** The destination it was meant for; if that is gone, the first that takes the signal. */
  private streamFor({ destination, signal }: StreamKey): SpoolStream | undefined {
    const all = this.streams.filter(({ key }) => key.signal === signal);
    return all.find(({ key }) => key.destination === destination) ?? all[0];
  }

  private create(key: StreamKey, bytes: number): Segment {
    this.instance.ensure();
    this.makeRoom(Math.max(bytes, this.disk.segmentBytes));
    const segment = new Segment(this.files, join(this.instance.path, segmentName(this.number++, key)), false);
    segment.create();
    this.sync?.created(this.instance.path);
    return segment;
  }

  /** Drops the oldest until so many bytes fit. Each process may keep its share, whatever others do. */
  private makeRoom(bytes: number): void {
    const { maxBytes } = this.options;
    const share = maxBytes / (this.others.instances + 1);
    for (;;) {
      const segments = this.segments();
      const own = bytesOf(segments) + bytes;
      if (own + this.others.bytes <= maxBytes || own <= share) return;
      const [oldest] = segments.sort((a, b) => a.lastTime - b.lastTime);
      if (!oldest) return;
      this.evict(oldest, 'spool_full');
    }
  }

  private expire(): void {
    const oldest = this.host.clock.now() - this.options.maxAge;
    for (const segment of this.segments()) {
      if (segment.lastTime > 0 && segment.lastTime < oldest) this.evict(segment, 'spool_expired');
    }
  }

  private evict(segment: Segment, reason: 'spool_full' | 'spool_expired'): void {
    const stream = this.streams.find(({ all }) => all.includes(segment));
    if (stream) stream.evict(segment, reason);
    else {
      this.orphans = this.orphans.filter((other) => other !== segment);
      this.disk.finish(segment);
    }
  }

  /** Removes the file of a segment; one that could not be read in full is kept aside. */
  private finish(segment: Segment): void {
    this.unreadable += segment.unreadable;
    if (segment.unreadable === 0) {
      segment.remove();
      return;
    }
    const kept = quietly(() => this.quarantine.placeFor(segment.path));
    segment.remove(kept);
    this.host.log.warn(
      `spool (${this.options.directory}): ${segment.unreadable} bytes of a file cannot be read${kept ? `; it is kept as ${kept}` : ''}`,
    );
  }

  private segments(): Segment[] {
    return [...this.streams.flatMap(({ all }) => all), ...this.orphans];
  }

  private wrote(segment: Segment): void {
    this.sync?.touch(segment);
    this.writing.succeeded();
  }

  private write<T>(work: () => T): T | undefined {
    return this.isClosed ? undefined : this.writing.attempt(work);
  }

  private read<T>(work: () => T): T | undefined {
    return this.isClosed ? undefined : this.reading.attempt(work);
  }

  private must(work: () => void): void {
    if (this.isClosed) return;
    try {
      work();
    } catch (error) {
      this.writing.failed(error);
    }
  }
}

function bytesOf(segments: readonly Segment[]): number {
  return segments.reduce((sum, { size }) => sum + size, 0);
}
