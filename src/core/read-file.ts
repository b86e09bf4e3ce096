import { readFileSync, statSync } from 'node:fs';

/**
 * The bytes of a file that a setting names. Reading a pipe, a device or a file of gigabytes could hold
 * up the application or take its memory, so that nothing is read but ordinary files of a bounded size.
 *
 * @param most bytes
 * @throws Error of the file system, or one that says what is wrong with the file
 */
export function readBoundedFile(path: string, most: number): Buffer {
  const stat = statSync(path);
  if (!stat.isFile()) throw new Error('it is not a file');
  if (stat.size > most) throw new Error('it is too large');
  return readFileSync(path);
}
