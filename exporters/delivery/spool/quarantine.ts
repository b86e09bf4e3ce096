import { basename, dirname, join } from 'node:path';
import { type FileSystem, quietly } from './file-system.ts';
import { ensureDirectory } from './safe-directory.ts';

/** The directory within the spool for files that could not be read in full. */
export const QUARANTINE = 'quarantine';
/** So many are kept. */
const KEPT = 4;

/** Keeps files that could not be read in full, for whoever wants to know why. */
export class Quarantine {
  private readonly path: string;

  constructor(
    private readonly files: FileSystem,
    root: string,
  ) {
    this.path = join(root, QUARANTINE);
  }

  /** Where to move this file to; the oldest of those that are there makes room. */
  placeFor(file: string): string {
    ensureDirectory(this.files, this.path);
    const names = this.files
      .readdirSync(this.path)
      .map((name) => ({
        name,
        time: quietly(() => this.files.lstatSync(join(this.path, name)).mtimeMs) ?? 0,
      }))
      .sort((a, b) => b.time - a.time);
    for (const { name } of names.slice(KEPT - 1)) quietly(() => this.files.unlinkSync(join(this.path, name)));
    return join(this.path, `${basename(dirname(file))}.${basename(file)}`);
  }
}
