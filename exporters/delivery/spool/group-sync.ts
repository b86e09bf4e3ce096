import type { Host, Timer } from '../../../src/core/index.ts';
import { type FileSystem, openForReading } from './file-system.ts';
import type { Segment } from './segment.ts';

/** Milliseconds that what was written may wait for its group. */
const GROUP = 20;

/** Asks the disk to have what was written: many writes at a time, and not in their way. */
export class GroupSync {
  private readonly dirty = new Set<Segment>();
  private timer: Timer | undefined;

  constructor(
    private readonly files: FileSystem,
    private readonly host: Pick<Host, 'after'>,
    private readonly onError: (error: unknown) => void,
  ) {}

  /** This one was written to. */
  touch(segment: Segment): void {
    this.dirty.add(segment);
    this.timer ??= this.host.after(GROUP, () => this.run());
  }

  /** A file was made: its name has to be on disk too. */
  created(directory: string): void {
    const fd = openForReading(this.files, directory);
    try {
      this.files.fsyncSync(fd);
    } finally {
      this.files.closeSync(fd);
    }
  }

  /** Waits for this one, before it is closed. @throws what the system says */
  finish(segment: Segment): void {
    if (this.dirty.delete(segment) && !segment.isRemoved) this.files.fdatasyncSync(segment.open());
  }

  /** Waits for all. @throws what the system says */
  finishAll(): void {
    this.timer?.cancel();
    for (const segment of [...this.dirty]) this.finish(segment);
  }

  private run(): void {
    this.timer = undefined;
    for (const segment of this.dirty) if (!segment.isRemoved) this.start(segment);
    this.dirty.clear();
  }

  private start(segment: Segment): void {
    try {
      this.files.fdatasync(segment.open(), (error) => error && this.onError(error));
    } catch (error) {
      this.onError(error);
    }
  }
}
