import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HeaderFileSource } from '../../../exporters/credentials/index.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { manualHost } from '../support/manual-host.ts';

/** Looks at files take real time on the disk, whatever the clock of the test says. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
}

function setUp(text?: string) {
  const time = manualHost();
  const directory = temporaryDirectory();
  const path = join(directory, 'headers');
  if (text !== undefined) writeFileSync(path, text, { mode: 0o600 });
  const source = new HeaderFileSource(path, 'SIGNALBOX_OTLP_HEADERS_FILE', time.host);
  let changes = 0;
  source.onChange(() => changes++);
  return { ...time, directory, path, source, changes: () => changes };
}

test('it is read again when it changes, and tells so', async () => {
  const { path, source, advance, changes } = setUp('key=one');
  expect(await source.get()).toEqual({ headers: { key: 'one' } });
  writeFileSync(path, 'key=two-and-longer');
  await advance(5_000);
  await until(() => changes() === 1);
  expect(await source.get()).toEqual({ headers: { key: 'two-and-longer' } });
});

test('the swap of links by which Kubernetes changes secrets is seen', async () => {
  const time = manualHost();
  const mount = temporaryDirectory();
  for (const version of ['1', '2']) {
    mkdirSync(join(mount, `..${version}`));
    writeFileSync(join(mount, `..${version}`, 'key'), `v${version}`, { mode: 0o600 });
  }
  symlinkSync('..1', join(mount, '..data'));
  symlinkSync('..data/key', join(mount, 'key'));
  const source = new HeaderFileSource(mount, 'X', time.host);
  let changed = false;
  source.onChange(() => {
    changed = true;
  });
  expect(await source.get()).toEqual({ headers: { key: 'v1' } });
  await time.advance(5_000);
  symlinkSync('..2', join(mount, '..data_tmp'));
  renameSync(join(mount, '..data_tmp'), join(mount, '..data'));
  await until(() => {
    void time.advance(5_000);
    return changed;
  });
  expect(await source.get()).toEqual({ headers: { key: 'v2' } });
});

test.each([
  ['deleted', (path: string) => rmSync(path)],
  ['half written', (path: string) => writeFileSync(path, 'ke')],
])('a file that is %s leaves the headers as they were, and is said once', async (_what, spoil) => {
  const { path, source, lines } = setUp('key=one');
  spoil(path);
  expect(await source.refused({ key: 'one' })).toBe(false);
  expect(await source.refused({ key: 'one' })).toBe(false);
  expect(source.now()).toEqual({ headers: { key: 'one' } });
  expect(lines).toEqual([
    expect.stringMatching(/^warn SIGNALBOX_OTLP_HEADERS_FILE: .*going on with the headers/),
  ]);
});

test('a file that comes later is taken then; until then there are no headers', async () => {
  const { path, source, changes, lines } = setUp();
  expect(await source.get()).toEqual({
    missing: `SIGNALBOX_OTLP_HEADERS_FILE: "${path}" cannot be read (ENOENT)`,
  });
  expect(lines).toHaveLength(1);
  writeFileSync(path, 'key=one', { mode: 0o600 });
  expect(source.now()).toEqual({ headers: { key: 'one' } });
  expect(changes()).toBe(1);
});

test('refused headers are read again at once', async () => {
  const { path, source } = setUp('key=one');
  writeFileSync(path, 'key=two');
  expect(await source.refused({ key: 'one' })).toBe(true);
  expect(await source.get()).toEqual({ headers: { key: 'two' } });
});

test('a file that everybody can read is one line', async () => {
  const { host, lines, directory } = setUp('key=one');
  const path = join(directory, 'open');
  writeFileSync(path, 'key=s3cr3t', { mode: 0o644 });
  const source = new HeaderFileSource(path, 'X', host);
  source.now();
  expect(lines).toEqual([
    `warn X: "${path}" can be read by every user of this machine; expected: mode 0400 or 0600`,
  ]);
});

test('nothing is left running after close', () => {
  const { source, pendingTimers } = setUp('key=one');
  source.close();
  expect(pendingTimers()).toBe(0);
});
