import { join } from 'node:path';
import { type Host, lateBuiltins, type Timer } from '../../src/core/index.ts';
import { MAX_FILES } from './header-file.ts';

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
    const now = (await Promise.all(this.paths.map((path) => stampOf(path)))).join('|');
    this.isLooking = false;
    // The first time too: it may have changed since somebody read it.
    if (now === this.before) return;
    this.before = now;
    this.changed();
  }
}

/** Another text whenever the file, or a file of the directory, is another one. Never rejects. */
async function stampOf(path: string, isInside = false): Promise<string> {
  try {
    const found = await lateBuiltins.fsPromises.stat(path, { bigint: true });
    const own = `${found.dev}:${found.ino}:${found.mtimeNs}:${found.size}`;
    if (!found.isDirectory() || isInside) return own;
    // Only its own files, and not endlessly many: the name may be wrong, and that of a whole file system.
    const names = (await lateBuiltins.fsPromises.readdir(path))
      .filter((name) => !name.startsWith('.'))
      .slice(0, MAX_FILES);
    const files = await Promise.all(names.map((name) => stampOf(join(path, name), true)));
    return [own, ...files].join(',');
  } catch (error) {
    return `${(error as NodeJS.ErrnoException).code}`;
  }
}
