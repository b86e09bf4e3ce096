import { join } from 'node:path';
import { type FileSystem, quietly } from './file-system.ts';
import { QUARANTINE } from './quarantine.ts';

/** What others have in a spool. */
export interface Usage {
  readonly bytes: number;
  readonly instances: number;
}

/** Adds up the directories of a spool, but for our own. Files that go meanwhile do not count. */
export function usageOf(files: FileSystem, root: string, own: string): Usage {
  let bytes = 0;
  let instances = 0;
  for (const name of files.readdirSync(root)) {
    if (name === own) continue;
    const inside = quietly(() => files.readdirSync(join(root, name)));
    if (!inside) continue;
    if (name !== QUARANTINE) instances++;
    for (const file of inside) bytes += quietly(() => files.lstatSync(join(root, name, file)).size) ?? 0;
  }
  return { bytes, instances };
}
