import type { FileSystem } from './file-system.ts';
import type { ByteSource } from './frame.ts';

/** Frames are mostly small, so that one call of the system reads many of them. */
const WINDOW = 256 * 1024;

/** An open file as a source, read in windows. */
export class FileSource implements ByteSource {
  private window = Buffer.alloc(0);
  private start = 0;

  /** @param fd of the open file; @param size up to where it is read */
  constructor(
    private readonly files: FileSystem,
    private readonly fd: number,
    readonly size: number,
  ) {}

  view(at: number, length: number): Buffer | undefined {
    if (at + length > this.size) return undefined;
    if (at < this.start || at + length > this.start + this.window.length) this.read(at, length);
    const from = at - this.start;
    return from + length > this.window.length ? undefined : this.window.subarray(from, from + length);
  }

  private read(at: number, length: number): void {
    const window = Buffer.allocUnsafe(Math.min(Math.max(length, WINDOW), this.size - at));
    let filled = 0;
    while (filled < window.length) {
      const count = this.files.readSync(this.fd, window, filled, window.length - filled, at + filled);
      if (count === 0) break;
      filled += count;
    }
    this.window = window.subarray(0, filled);
    this.start = at;
  }
}
