import type { FileHandle } from 'node:fs/promises';
import { lateBuiltins } from '../../src/core/index.ts';

/** Where lines go and how much may pile up there. */
export interface RotatingFileOptions {
  readonly path: string;
  /** Bytes after which a new file is begun. */
  readonly maxBytes: number;
  /** How many files there may be, the current one included. */
  readonly maxFiles: number;
}

/** Owner only: telemetry can hold what no other user of the machine should read. */
const MODE = 0o600;

/**
 * A file to which text is appended: full ones are renamed to `path.1`, `path.2`, … (the newest is 1)
 * and the oldest is deleted. It is opened for each write, so that whoever moves or deletes it from
 * outside does no harm. Each write is whole or, if it fails, taken back.
 */
export class RotatingFile {
  private last: Promise<void> = Promise.resolve();

  constructor(private readonly options: RotatingFileOptions) {}

  /** Appends the text after all earlier ones. @throws the error of the file system */
  append(text: string | Uint8Array): Promise<void> {
    const turn = this.last.then(() => this.write(Buffer.from(text)));
    this.last = turn.catch(() => {});
    return turn;
  }

  /** Resolves when everything appended so far is written or has failed. */
  settled(): Promise<void> {
    return this.last;
  }

  private async write(bytes: Buffer): Promise<void> {
    let file = await this.open();
    try {
      let { size } = await file.stat();
      if (size > 0 && size + bytes.length > this.options.maxBytes) {
        await file.close();
        await this.rotate();
        file = await this.open();
        size = (await file.stat()).size;
      }
      await writeWhole(file, bytes, size);
    } finally {
      await file.close();
    }
  }

  private open(): Promise<FileHandle> {
    return lateBuiltins.fsPromises.open(this.options.path, 'a', MODE);
  }

  private async rotate(): Promise<void> {
    const { path, maxFiles } = this.options;
    const nameOf = (index: number): string => (index === 0 ? path : `${path}.${index}`);
    await lateBuiltins.fsPromises.rm(nameOf(maxFiles - 1), { force: true });
    for (let index = maxFiles - 2; index >= 0; index--) {
      await lateBuiltins.fsPromises.rename(nameOf(index), nameOf(index + 1)).catch(ignoreMissing);
    }
  }
}

/** A torn line would spoil the next one, so a write that stops half-way (disk full) is taken back. */
async function writeWhole(file: FileHandle, bytes: Buffer, size: number): Promise<void> {
  try {
    await file.appendFile(bytes);
  } catch (error) {
    await file.truncate(size).catch(() => {});
    throw error;
  }
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}
