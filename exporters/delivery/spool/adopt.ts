import { join } from 'node:path';
import { type FileSystem, quietly } from './file-system.ts';
import { isSafeDirectory, LEFT, NEW, OWNER_FILE } from './instance.ts';
import { STALE } from './options.ts';
import { isAlive, type Owner, parseOwner } from './owner.ts';
import { isSafeFile } from './safe-directory.ts';
import { parseSegmentName, type StreamKey, segmentName } from './segment-name.ts';

/** A segment that came into our directory. */
export interface Adopted {
  readonly key: StreamKey;
  readonly path: string;
}

/** Who adopts, and into which directory. */
export interface Adopter {
  readonly files: FileSystem;
  readonly root: string;
  /** Our directory; it exists. */
  readonly own: string;
  readonly self: Owner;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** The next number of a segment. */
  number(): number;
}

/** Begins the name of a directory that was taken over and is not emptied yet. */
const TAKEN = 'in.';
const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

/** Names of the directories in the spool whose process is gone. */
export function findLeft(adopter: Omit<Adopter, 'own' | 'number'>, own: string): string[] {
  const { files, root } = adopter;
  return files.readdirSync(root).filter((name) => name !== own && isLeft(adopter, name));
}

function isLeft({ files, root, self, now }: Omit<Adopter, 'own' | 'number'>, name: string): boolean {
  if (name.endsWith(LEFT)) return UUID.test(name.slice(0, -LEFT.length));
  if (name.startsWith(NEW)) return ageOf(files, join(root, name), now) > STALE;
  if (!UUID.test(name)) return false;
  const file = join(root, name, OWNER_FILE);
  const owner = parseOwner(quietly(() => files.readFileSync(file, 'utf8')) ?? '');
  // Without an owner it is one that somebody is taking over, or a torn one.
  if (!owner) return ageOf(files, join(root, name), now) > STALE;
  return !isAlive(owner, ageOf(files, file, now), self);
}

function ageOf(files: FileSystem, path: string, now: number): number {
  const stat = quietly(() => files.lstatSync(path));
  return stat ? now - stat.mtimeMs : 0;
}

/**
 * Takes over what an earlier process has left. The directory is renamed into ours, which only one
 * of several can do; then its segments move up. A crash in between leaves it inside ours, where the
 * next one finds it.
 */
export function adopt(adopter: Adopter, name: string): Adopted[] {
  const { files, root, own } = adopter;
  if (!isSafeDirectory(files, join(root, name))) return [];
  const taken = join(own, `${TAKEN}${name}`);
  const isOurs = quietly(() => {
    files.renameSync(join(root, name), taken);
    return true;
  });
  return isOurs ? empty(adopter, taken) : [];
}

function empty(adopter: Adopter, directory: string): Adopted[] {
  const { files, own } = adopter;
  const adopted: Adopted[] = [];
  for (const name of quietly(() => files.readdirSync(directory).sort()) ?? []) {
    const path = join(directory, name);
    const key = parseSegmentName(name);
    if (name.startsWith(TAKEN) && isSafeDirectory(files, path)) adopted.push(...empty(adopter, path));
    else if (key && quietly(() => isSafeFile(files, path))) {
      const moved = join(own, segmentName(adopter.number(), key));
      quietly(() => {
        files.renameSync(path, moved);
        adopted.push({ key, path: moved });
      });
    } else quietly(() => files.unlinkSync(path));
  }
  quietly(() => files.rmdirSync(directory));
  return adopted;
}
