import { errorMessage } from '../../../src/core/index.ts';
import { describeFailure } from '../failure.ts';
import { codeOf, type FileSystem } from './file-system.ts';

/** Write permission for everybody. */
const WORLD_WRITABLE = 0o002;

/** Why a path must not hold telemetry. */
export class UnsafePathError extends Error {
  override readonly name = 'UnsafePathError';
}

/**
 * Makes sure of a directory that nobody else can put files into: made with mode 0700, whatever the
 * umask. One that is there must be ours, no symbolic link, and not writable for everybody.
 * @throws UnsafePathError, or the error of the system
 */
export function ensureDirectory(files: FileSystem, path: string): void {
  try {
    files.mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT') files.mkdirSync(path, { recursive: true, mode: 0o700 });
    else if (code !== 'EEXIST') throw error;
  }
  checkDirectory(files, path);
}

/** @throws UnsafePathError, or the error of the system */
export function checkDirectory(files: FileSystem, path: string): void {
  const stat = files.lstatSync(path);
  if (stat.isSymbolicLink()) throw new UnsafePathError('it is a symbolic link');
  if (!stat.isDirectory()) throw new UnsafePathError('it is no directory');
  if (!isOwn(stat.uid)) throw new UnsafePathError('it belongs to another user');
  // Windows reports no permissions of its own.
  if (process.platform !== 'win32' && stat.mode & WORLD_WRITABLE) {
    throw new UnsafePathError('everybody may write to it; name a directory below it, which is then made');
  }
}

/** True for a plain file of ours. */
export function isSafeFile(files: FileSystem, path: string): boolean {
  const stat = files.lstatSync(path);
  return stat.isFile() && isOwn(stat.uid);
}

/** What is wrong, in plain words. */
export function explain(error: unknown): string {
  return error instanceof UnsafePathError ? errorMessage(error) : describeFailure(error);
}

function isOwn(uid: number): boolean {
  return process.geteuid === undefined || process.geteuid() === uid;
}
