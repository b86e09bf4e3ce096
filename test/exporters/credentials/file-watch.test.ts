import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { FileWatch } from '../../../exporters/credentials/index.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const root = temporaryDirectory();
let directories = 0;

function newDirectory(): string {
  const directory = join(root, String(++directories));
  mkdirSync(directory);
  return directory;
}

/** A watch whose looks the test orders. */
function watch(...paths: string[]) {
  let look = (): void => {};
  const seen = { changes: 0 };
  const every = (_ms: number, task: () => void) => {
    look = task;
    return { cancel() {} };
  };
  const file = new FileWatch(paths, { every }, () => seen.changes++);
  return {
    /** Changes so far, once a look is over. */
    async changes(): Promise<number> {
      look();
      while (Reflect.get(file, 'isLooking')) await sleep(1);
      return seen.changes;
    },
  };
}

test('calls at the first look, and then when the content of a file is another', async () => {
  const file = join(newDirectory(), 'a');
  writeFileSync(file, '1');
  const { changes } = watch(file);
  expect([await changes(), await changes()]).toEqual([1, 1]);
  writeFileSync(file, '22');
  expect([await changes(), await changes()]).toEqual([2, 2]);
  rmSync(file);
  expect(await changes()).toBe(3);
});

test('sees Kubernetes swap the directory that its links lead to', async () => {
  const mount = newDirectory();
  for (const version of ['..1', '..2']) {
    mkdirSync(join(mount, version));
    writeFileSync(join(mount, version, 'key'), 'same length');
  }
  symlinkSync('..1', join(mount, '..data'));
  symlinkSync('..data/key', join(mount, 'key'));
  const { changes } = watch(mount);
  expect(await changes()).toBe(1);
  symlinkSync('..2', join(mount, '..new'));
  renameSync(join(mount, '..new'), join(mount, '..data'));
  expect(await changes()).toBe(2);
});

test('looks at the files of a directory, and not into what is below', async () => {
  const directory = newDirectory();
  mkdirSync(join(directory, 'below'));
  writeFileSync(join(directory, 'key'), '1');
  symlinkSync('..', join(directory, 'loop'));
  const { changes } = watch(directory);
  expect(await changes()).toBe(1);
  writeFileSync(join(directory, 'below', 'file'), '1');
  await changes();
  const before = await changes();
  writeFileSync(join(directory, 'below', 'file'), '22');
  expect(await changes()).toBe(before);
  writeFileSync(join(directory, 'key'), '22');
  expect(await changes()).toBe(before + 1);
});

test('is done soon even if the name is that of the whole file system', async () => {
  const { changes } = watch('/');
  expect(await changes()).toBe(1);
});
