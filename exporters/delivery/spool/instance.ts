import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { codeOf, type FileSystem, quietly } from './file-system.ts';
import { ownOwner } from './owner.ts';
import { checkDirectory, ensureDirectory } from './safe-directory.ts';

/** The file that says who writes to a directory; its time is the last sign of life. */
export const OWNER_FILE = 'owner';
/** Ends the name of a directory whose process has ended in good order. */
export const LEFT = '.left';
/** Begins the name of one that is being made. */
export const NEW = 'new.';

/**
 * The directory of this process and thread within the spool: nobody else writes there. Named by a
 * UUID, since pids are used again, in containers at once.
 */
export class Instance {
  readonly name = randomUUID();
  readonly path: string;
  private exists = false;

  constructor(
    private readonly files: FileSystem,
    private readonly root: string,
  ) {
    this.path = join(root, this.name);
  }

  /** True if the directory is there. */
  get isMade(): boolean {
    return this.exists;
  }

  /** Makes the directory, if there is none yet, complete with its owner. @throws what is wrong */
  ensure(): void {
    if (this.exists) return;
    ensureDirectory(this.files, this.root);
    const making = join(this.root, `${NEW}${this.name}`);
    ensureDirectory(this.files, making);
    this.files.writeFileSync(join(making, OWNER_FILE), JSON.stringify(ownOwner()), { mode: 0o600 });
    this.files.renameSync(making, this.path);
    this.exists = true;
  }

  /**
   * Gives a sign of life.
   * @returns false if somebody has taken the directory over, because there was none for so long
   */
  beat(now: number): boolean {
    if (!this.exists) return true;
    try {
      this.files.utimesSync(join(this.path, OWNER_FILE), now / 1_000, now / 1_000);
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return false;
    }
    return true;
  }

  /** Leaves the directory to whoever comes next; removes it if nothing is in it. */
  leave(): void {
    if (!this.exists) return;
    this.exists = false;
    const left = `${this.path}${LEFT}`;
    quietly(() => this.files.renameSync(this.path, left));
    quietly(() => {
      if (this.files.readdirSync(left).some((name) => name !== OWNER_FILE)) return;
      this.files.unlinkSync(join(left, OWNER_FILE));
      this.files.rmdirSync(left);
    });
  }
}

/** Whether this directory may hold what is to be sent in our name. */
export function isSafeDirectory(files: FileSystem, path: string): boolean {
  return (
    quietly(() => {
      checkDirectory(files, path);
      return true;
    }) ?? false
  );
}
