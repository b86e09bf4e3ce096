import { join } from 'node:path';
import { type Host, lateBuiltins, type Timer } from '../../src/core/index.ts';

/** Milliseconds between two looks. What is refused in between is looked at once more at once. */
const INTERVAL = 5_000;

/**
 * Looks at files and directories now and then, and calls back when one has changed: content, place
 * (a symbolic link that points elsewhere, as Kubernetes swaps secrets) or existence. Polling instead of
 * `fs.watch`, which misses such swaps and other file systems, and whose watchers need an inode that stays.
 * Never keeps the process alive.
 */
export class FileWatch {
  private readonly timer: Timer;
  private before: string | undefined;
  private isLooking = false;

  constructor(
    private readonly paths: readonly string[],
    host: Pick<Host, 'every'>,
    private readonly changed: () => void,
  ) {
    this.timer = host.every(INTERVAL, () => void this.look());
  }

  close(): void {
    this.timer.cancel();
  }

  private async look(): Promise<void> {
    // A file system that hangs must not gather looks.
    if (this.isLooking) return;
    this.isLooking = true;
    const now = (await Promise.all(this.paths.map(stampOf))).join('|');
    this.isLooking = false;
    // The first time too: it may have changed since somebody read it.
    if (now === this.before) return;
    this.before = now;
    this.changed();
  }
}

/** Another text whenever the file, or a file of the directory, is another one. Never rejects. */
async function stampOf(path: string): Promise<string> {
  try {
    const { dev, ino, mtimeNs, size, isDirectory } = await statOf(path);
    const own = `${dev}:${ino}:${mtimeNs}:${size}`;
    if (!isDirectory) return own;
    const names = (await lateBuiltins.fsPromises.readdir(path)).filter((name) => !name.startsWith('.'));
    return [own, ...(await Promise.all(names.map((name) => stampOf(join(path, name)))))].join(',');
  } catch (error) {
    return `${(error as NodeJS.ErrnoException).code}`;
  }
}

async function statOf(path: string) {
  const found = await lateBuiltins.fsPromises.stat(path, { bigint: true });
  const { dev, ino, mtimeNs, size } = found;
  return { dev, ino, mtimeNs, size, isDirectory: found.isDirectory() };
}
