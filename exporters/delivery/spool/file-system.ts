import * as fs from 'node:fs';

/** What the spool needs of `node:fs`; tests put faults in between. */
export type FileSystem = Pick<
  typeof fs,
  | 'closeSync'
  | 'fdatasync'
  | 'fdatasyncSync'
  | 'fstatSync'
  | 'fsyncSync'
  | 'ftruncateSync'
  | 'lstatSync'
  | 'mkdirSync'
  | 'openSync'
  | 'readFileSync'
  | 'readSync'
  | 'readdirSync'
  | 'renameSync'
  | 'rmdirSync'
  | 'unlinkSync'
  | 'utimesSync'
  | 'writeFileSync'
  | 'writevSync'
>;

/** The real one. */
export const systemFiles: FileSystem = fs;

const { O_APPEND, O_CREAT, O_EXCL, O_RDONLY, O_RDWR } = fs.constants;
/** Windows has no such flag, and no such links that everybody can make. */
const NO_FOLLOW = fs.constants.O_NOFOLLOW ?? 0;

/** Opens a new file that only we may read; fails if there is one. */
export function createFile(files: FileSystem, path: string): number {
  return files.openSync(path, O_RDWR | O_APPEND | O_CREAT | O_EXCL | NO_FOLLOW, 0o600);
}

/** Opens a file to append to and to read. */
export function openFile(files: FileSystem, path: string): number {
  return files.openSync(path, O_RDWR | O_APPEND | NO_FOLLOW);
}

/** Opens a file or directory to read. */
export function openForReading(files: FileSystem, path: string): number {
  return files.openSync(path, O_RDONLY | NO_FOLLOW);
}

/** The code of a system error, `''` if it has none. */
export function codeOf(error: unknown): string {
  const code: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : undefined;
  return typeof code === 'string' ? code : '';
}

/** Does what may fail without consequences, such as removing what is gone already. */
export function quietly<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
