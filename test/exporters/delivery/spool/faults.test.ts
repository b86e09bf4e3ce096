import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type FileSystem, systemFiles } from '../../../../exporters/delivery/spool/file-system.ts';
import { filesBelow, killOwners, openSpool, type Recorded, temporary } from './support/disk.ts';

const error = (code: string): Error => Object.assign(new Error(`${code}: injected`), { code });

/** The file system, with functions that fail while they are told to. */
function faulty() {
  const faults: Partial<Record<string, (call: number) => Error | number | undefined>> = {};
  const calls: Partial<Record<keyof FileSystem, number>> = {};
  const files = Object.fromEntries(
    Object.entries(systemFiles).map(([name, work]) => [
      name,
      (...args: unknown[]) => {
        const key = name as keyof FileSystem;
        calls[key] = (calls[key] ?? 0) + 1;
        const fault = faults[key]?.(calls[key]);
        if (fault instanceof Error) throw fault;
        if (typeof fault !== 'number') return (work as (...args: unknown[]) => unknown)(...args);
        // A short write: so many bytes arrive, and no error.
        const [fd, buffers] = args as [number, Buffer[]];
        return systemFiles.writevSync(fd, [Buffer.concat(buffers).subarray(0, fault)]);
      },
    ]),
  ) as unknown as FileSystem;
  return { files, faults };
}

function names(own: Recorded): string[] {
  return own.drain().sort();
}

describe('a disk that fails', () => {
  const CODES = ['ENOSPC', 'EDQUOT', 'EIO', 'EROFS', 'EACCES', 'EMFILE', 'EFBIG'];

  test.each(CODES)('%s: one line, what is there stays, and it is used again when it works', async (code) => {
    const { files, faults } = faulty();
    const { stream, open, advance, spool, lines } = openSpool(temporary(), {}, files);
    const own = stream();
    open();
    expect(own.append('before')).toBe(true);
    faults.writevSync = () => error(code);
    expect([own.append('a'), own.append('b'), own.append('c')]).toEqual([false, false, false]);
    await advance(60_000);
    expect(own.append('d')).toBe(false);
    expect(lines).toEqual([
      expect.stringMatching(
        /^warn spool \(.*\) cannot be written to: .*\. Telemetry stays in memory meanwhile$/,
      ),
    ]);
    expect(spool.stats().errors).toBe(2);
    delete faults.writevSync;
    await advance(31_000);
    expect(own.append('after')).toBe(true);
    expect(lines.at(-1)).toMatch(/^info spool .* can be written to again after \d+ s$/);
    expect(names(own)).toEqual(['after', 'before']);
    expect(own.dropped).toEqual({});
  });

  test.each([1, 27, 28, 30])('a write that is %i bytes short is taken off again', async (written) => {
    const { files, faults } = faulty();
    const directory = temporary();
    const { stream, advance, lines } = openSpool(directory, {}, files);
    const own = stream();
    own.append('before');
    faults.writevSync = () => written;
    expect(own.append('torn')).toBe(false);
    delete faults.writevSync;
    await advance(31_000);
    own.append('after');
    killOwners(directory);
    const next = openSpool(directory);
    const recovered = next.stream();
    next.open();
    await next.advance(1_000);
    expect([names(recovered), next.spool.stats().unreadableBytes]).toEqual([['after', 'before'], 0]);
    expect(lines[0]).toContain('no space left');
  });

  test('a torn frame that cannot be taken off hides nothing behind it', async () => {
    const { files, faults } = faulty();
    const directory = temporary();
    const { stream, advance } = openSpool(directory, {}, files);
    const own = stream();
    own.append('before');
    faults.writevSync = () => 20;
    faults.ftruncateSync = () => error('EIO');
    expect(own.append('torn')).toBe(false);
    delete faults.writevSync;
    await advance(31_000);
    expect(own.append('after')).toBe(true);
    expect(names(own)).toEqual(['after', 'before']);
  });

  test('what cannot be read waits until it can', async () => {
    const { files, faults } = faulty();
    const { stream, open, advance, lines } = openSpool(temporary(), {}, files);
    const own = stream();
    open();
    own.append('a');
    faults.readSync = () => error('EIO');
    expect(names(own)).toEqual([]);
    expect([own.items, lines.length]).toEqual([1, 1]);
    delete faults.readSync;
    await advance(31_000);
    expect(names(own)).toEqual(['a']);
  });

  test('a note about what has arrived that cannot be written is no loss: it may come twice', async () => {
    const { files, faults } = faulty();
    const directory = temporary();
    const { stream } = openSpool(directory, { mode: 'write-ahead' }, files);
    const own = stream();
    const [first, second] = [{}, {}];
    own.stream.writeAhead(first, ['first'] as never, 1);
    own.stream.writeAhead(second, ['second'] as never, 1);
    faults.writevSync = () => error('ENOSPC');
    own.stream.settle(own.stream.holdsOf([first]));
    expect(own.items).toBe(0);
    killOwners(directory);
    const next = openSpool(directory);
    const recovered = next.stream();
    next.open();
    await next.advance(1_000);
    expect(names(recovered)).toEqual(['first', 'second']);
  });

  test('a file that cannot be removed is not counted or sent again by this process', () => {
    const { files, faults } = faulty();
    const { stream, lines } = openSpool(temporary(), {}, files);
    const own = stream();
    own.append('a');
    faults.unlinkSync = () => error('EACCES');
    expect([names(own), names(own), own.items]).toEqual([['a'], [], 0]);
    expect(lines).toHaveLength(1);
  });

  test('group sync: a disk that refuses it is said', async () => {
    const { files, faults } = faulty();
    const { stream, advance, lines, spool } = openSpool(temporary(), { fsync: true }, files);
    let synced = 0;
    files.fdatasync = ((_fd: number, done: (error: Error | null) => void) => {
      synced++;
      done(faults.fdatasync?.(synced) instanceof Error ? error('EIO') : null);
    }) as never;
    const own = stream();
    for (let index = 0; index < 10; index++) own.append(`s${index}`);
    expect(synced).toBe(0);
    await advance(20);
    expect([synced, lines]).toEqual([1, []]);
    faults.fdatasync = () => error('EIO');
    own.append('next');
    await advance(20);
    expect([spool.stats().errors, lines.length]).toEqual([1, 1]);
  });

  test('every call of the system that can fail does, at any moment: nothing is thrown', async () => {
    let state = 7;
    const random = (below: number): number => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return (state >>> 8) % below;
    };
    const directory = temporary();
    for (let round = 0; round < 30; round++) {
      const { files, faults } = faulty();
      for (const name of Object.keys(systemFiles)) {
        faults[name] = () => (random(12) === 0 ? error('EIO') : undefined);
      }
      const { stream, open, advance, spool } = openSpool(
        directory,
        { mode: round % 2 ? 'write-ahead' : 'on-failure', fsync: round % 3 === 0 },
        files,
      );
      const own = stream();
      open();
      for (let step = 0; step < 20; step++) {
        own.append(`${round}.${step}`);
        own.stream.writeAhead({}, [`${round}.${step} ahead`] as never, 1);
        if (random(3) === 0) own.drain();
        await advance(random(40_000));
      }
      spool.close();
      killOwners(directory);
    }
  });
});

const isRoot = process.getuid?.() === 0;

/** Mounts a small file system and uses it; says aloud if that is not allowed here. */
async function onMounted(options: string, use: (path: string) => Promise<void> | void): Promise<void> {
  const path = temporary();
  const { status, stderr } = spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', path]);
  if (status !== 0) {
    const reason = String(stderr ?? 'no mount command').trim();
    process.stderr.write(`SKIPPED: a file system cannot be mounted here (${reason})\n`);
    return;
  }
  try {
    await use(path);
  } finally {
    execFileSync('umount', [path]);
  }
}

describe('a full disk', () => {
  test('is filled to the last byte, loses nothing it has taken, and is used again when there is room', async () => {
    await onMounted('size=1m', async (path) => {
      const { stream, open, advance, lines } = openSpool(join(path, 'spool'));
      const own = stream();
      open();
      const taken: string[] = [];
      for (let index = 0; index < 400; index++) {
        const name = `${index}.${'x'.repeat(5_000)}`;
        if (own.append(name)) taken.push(name);
      }
      expect(taken.length).toBeGreaterThan(150);
      expect(taken.length).toBeLessThan(210);
      expect(lines).toEqual([expect.stringContaining('no space left on the device')]);
      expect(own.items).toBe(taken.length);
      // It can be emptied although it is full.
      expect(names(own)).toEqual([...taken].sort());
      await advance(31_000);
      expect(own.append('again')).toBe(true);
      expect(own.drain()).toEqual(['again']);
    });
  });
});

test('a read-only file system: one line, and telemetry stays in memory', async () => {
  await onMounted('ro', (path) => {
    const { stream, open, lines } = openSpool(path);
    open();
    expect(stream().append('a')).toBe(false);
    // The mount point of a tmpfs is writable for everybody, which comes first.
    expect(lines).toEqual([expect.stringMatching(/everybody may write|read-only/)]);
    const below = openSpool(join(path, 'spool'));
    below.open();
    expect(below.stream().append('a')).toBe(false);
    expect(below.lines).toEqual([expect.stringContaining('the file system is read-only')]);
  });
});

describe('a directory that cannot be used', () => {
  test('because a file is in its place', () => {
    const path = join(temporary(), 'file');
    writeFileSync(path, '');
    const { stream, open, lines } = openSpool(path);
    open();
    expect(stream().append('a')).toBe(false);
    expect(lines).toEqual([expect.stringContaining('cannot be written to: it is no directory')]);
  });

  (isRoot ? test.skip : test)('because it is read-only', () => {
    const path = temporary();
    chmodSync(path, 0o500);
    const { stream, open, lines } = openSpool(path);
    open();
    expect(stream().append('a')).toBe(false);
    expect(lines).toEqual([expect.stringContaining('permission denied')]);
  });

  test('because it goes away while it is used: what was on it is lost, and a new one is made', async () => {
    const path = join(temporary(), 'spool');
    mkdirSync(path, { mode: 0o700 });
    const { stream, open, advance } = openSpool(path);
    const own = stream();
    open();
    own.append('gone');
    rmSync(path, { recursive: true });
    await advance(60_000);
    expect(own.append('new')).toBe(true);
    expect(filesBelow(path)).toHaveLength(1);
    expect(readdirSync(path)).toHaveLength(1);
  });
});
