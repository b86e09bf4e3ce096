import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readBoundedFile } from '../../src/core/index.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const directory = temporaryDirectory();

test('an ordinary file of the size that is allowed', () => {
  const file = join(directory, 'file');
  writeFileSync(file, 'abc');
  expect(readBoundedFile(file, 3).toString()).toBe('abc');
  expect(() => readBoundedFile(file, 2)).toThrow('it is too large');
});

test('a directory, a pipe that nobody writes to, and a device that never ends', () => {
  const pipe = join(directory, 'pipe');
  execFileSync('mkfifo', [pipe]);
  for (const path of [directory, pipe, '/dev/zero']) {
    expect(() => readBoundedFile(path, 100)).toThrow('it is not a file');
  }
});

test('what is missing is the error of the file system', () => {
  expect(() => readBoundedFile(join(directory, 'none'), 100)).toThrow('ENOENT');
});
