import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { filesBelow, killOwners, openSpool, temporary } from './support/disk.ts';

const mode = (path: string): number => statSync(path).mode & 0o777;

describe('what is appended', () => {
  test('can be taken, in order, and is gone when it is settled', () => {
    const { stream, open, spool } = openSpool(temporary());
    const own = stream();
    open();
    expect([own.append('a', 'b'), own.append('c')]).toEqual([true, true]);
    expect([own.items, spool.stats().bytes > 0]).toEqual([3, true]);
    expect(own.drain()).toEqual(['a', 'b', 'c']);
    expect([own.items, spool.stats().bytes]).toEqual([0, 0]);
  });

  test('stays if it is released', () => {
    const { stream } = openSpool(temporary());
    const own = stream();
    own.append('a');
    own.append('b');
    const taken = own.stream.take({ items: 1, bytes: 1_000, notBefore: 0 });
    expect([taken?.items, own.items]).toEqual([1, 1]);
    expect(own.stream.release(taken?.holds ?? [])).toBe(true);
    expect(own.drain()).toEqual(['a', 'b']);
  });

  test('is taken in batches that are not too large', () => {
    const { stream } = openSpool(temporary());
    const own = stream();
    for (let index = 0; index < 10; index++) own.append(`s${index}`);
    const sizes = [4, 4, 4, 4].map((items) => own.stream.take({ items, bytes: 1_000, notBefore: 0 })?.items);
    expect(sizes).toEqual([4, 4, 2, undefined]);
  });

  test('leaves nothing in the directory when all is sent and the process ends', () => {
    const directory = temporary();
    const { stream, open, spool } = openSpool(directory);
    open();
    const own = stream();
    own.append('a');
    own.drain();
    spool.close();
    expect(readdirSync(directory)).toEqual([]);
    expect(own.append('late')).toBe(false);
  });
});

describe('the next process', () => {
  test('takes what one has left in good order', async () => {
    const directory = temporary();
    const first = openSpool(directory);
    const left = first.stream();
    left.append('a');
    left.append('b');
    left.stream.settle(left.stream.take({ items: 1, bytes: 100, notBefore: 0 })?.holds ?? []);
    first.spool.close();
    const next = openSpool(directory);
    const own = next.stream();
    next.open();
    await next.advance(1_000);
    expect([own.recovered, own.items, own.drain()]).toEqual([1, 1, ['b']]);
    next.spool.close();
    expect(readdirSync(directory)).toEqual([]);
  });

  test('takes what one has left that was killed, also what was on its way', async () => {
    const directory = temporary();
    const first = openSpool(directory, { mode: 'write-ahead' });
    const killed = first.stream();
    const item = {};
    killed.stream.writeAhead(item, ['ahead'] as never, 1);
    killed.append('b');
    killed.stream.take({ items: 9, bytes: 100, notBefore: 0 });
    killOwners(directory);
    const next = openSpool(directory);
    const own = next.stream();
    next.open();
    await next.advance(1_000);
    expect(own.drain()).toEqual(['ahead', 'b']);
  });

  test('leaves a process alone that still runs', async () => {
    const directory = temporary();
    const first = openSpool(directory);
    const running = first.stream();
    running.append('a');
    const next = openSpool(directory);
    const own = next.stream();
    next.open();
    await next.advance(600_000);
    expect([own.items, running.drain()]).toEqual([0, ['a']]);
  });

  test('sends to the destination it was meant for, and to the first one if that is gone', async () => {
    const directory = temporary();
    const first = openSpool(directory);
    first.stream('datadog').append('for datadog');
    first.stream('otlp/eu').append('for eu');
    first.stream('otlp/us', 'logs').append('a log record');
    first.spool.close();
    const next = openSpool(directory);
    const primary = next.stream('otlp');
    const eu = next.stream('otlp/eu');
    next.open();
    await next.advance(1_000);
    expect([primary.drain(), eu.drain()]).toEqual([['for datadog'], ['for eu']]);
    expect(filesBelow(directory)).toHaveLength(1);
    next.spool.close();
    const third = openSpool(directory);
    const logs = third.stream('otlp', 'logs');
    third.open();
    await third.advance(1_000);
    expect(logs.drain()).toEqual(['a log record']);
  });

  test('sends its own first', async () => {
    const directory = temporary();
    const first = openSpool(directory);
    first.stream().append('old');
    first.spool.close();
    const next = openSpool(directory);
    const own = next.stream();
    next.open();
    await next.advance(1_000);
    own.append('fresh');
    expect(own.drain()).toEqual(['fresh', 'old']);
  });

  test('is only one of several', async () => {
    const directory = temporary();
    const first = openSpool(directory);
    for (let index = 0; index < 20; index++) first.stream().append(`s${index}`);
    first.spool.close();
    const others = Array.from({ length: 8 }, () => openSpool(directory));
    const streams = others.map((other) => other.stream());
    for (const other of others) other.open();
    await Promise.all(others.map((other) => other.advance(1_000)));
    expect(streams.flatMap((own) => own.drain())).toHaveLength(20);
  });

  test('finds what another was about to take over when it was killed', async () => {
    const directory = temporary();
    const first = openSpool(directory);
    first.stream().append('a');
    first.spool.close();
    const second = openSpool(directory);
    second.open();
    second.stream().append('b');
    const [left] = readdirSync(directory).filter((name) => name.endsWith('.left'));
    const [own] = readdirSync(directory).filter((name) => !name.endsWith('.left'));
    const { renameSync } = jest.requireActual<typeof import('node:fs')>('node:fs');
    renameSync(join(directory, left ?? ''), join(directory, own ?? '', `in.${left}`));
    killOwners(directory);
    const third = openSpool(directory);
    const stream = third.stream();
    third.open();
    await third.advance(1_000);
    expect(stream.drain().sort()).toEqual(['a', 'b']);
  });
});

describe('a process that was taken for dead', () => {
  test('goes on in a new directory, and sends what it has in memory', async () => {
    const directory = temporary();
    const { stream, open, advance } = openSpool(directory, { mode: 'write-ahead' });
    const own = stream();
    open();
    const item = {};
    own.stream.writeAhead(item, ['in memory'] as never, 1);
    own.append('on disk');
    const holds = own.stream.holdsOf([item]) ?? [];
    const { renameSync } = jest.requireActual<typeof import('node:fs')>('node:fs');
    const [name = ''] = readdirSync(directory);
    renameSync(join(directory, name), join(directory, 'taken'));
    await advance(20_000);
    expect(own.stream.release(holds)).toBe(false);
    // One item is in the hands of another process; it is not lost.
    expect([own.items, own.append('again'), own.drain()]).toEqual([1, true, ['again']]);
  });
});

describe('bounds', () => {
  test('beyond the size the oldest goes, and is counted', () => {
    const { stream, spool } = openSpool(temporary(), { maxBytes: 100_000 });
    const own = stream();
    for (let index = 0; index < 300; index++) own.append(`${index} ${'x'.repeat(1_000)}`);
    const dropped = own.dropped.spool_full ?? 0;
    expect(spool.stats().bytes).toBeLessThanOrEqual(100_000);
    expect(dropped).toBeGreaterThan(150);
    const left = own.drain();
    expect(left).toHaveLength(300 - dropped);
    expect(left[0]).toMatch(new RegExp(`^${dropped} `));
  });

  test('what others have counts too, but a share is left', async () => {
    const directory = temporary();
    const big = openSpool(directory, { maxBytes: 100_000 });
    for (let index = 0; index < 80; index++) big.stream().append('x'.repeat(1_000));
    const { stream, open, advance, spool } = openSpool(directory, { maxBytes: 100_000 });
    const own = stream();
    open();
    await advance(1_000);
    for (let index = 0; index < 100; index++) own.append('y'.repeat(1_000));
    expect(spool.stats().bytes).toBeGreaterThan(20_000);
    expect(spool.stats().bytes).toBeLessThanOrEqual(50_000);
  });

  test('what is larger than the spool is not taken', () => {
    const { stream } = openSpool(temporary(), { maxBytes: 10_000 });
    expect(stream().append('x'.repeat(10_000))).toBe(false);
  });

  test('what is too old goes, and is counted', async () => {
    const { stream, open, advance } = openSpool(temporary(), { maxAge: 60_000 });
    const own = stream();
    open();
    own.append('a', 'b');
    await advance(59_000);
    expect(own.items).toBe(2);
    await advance(20_000);
    expect([own.items, own.dropped]).toEqual([0, { spool_expired: 2 }]);
  });

  test('what is too old within a file that is younger is found when it is taken', () => {
    const { stream, host } = openSpool(temporary());
    const own = stream();
    own.append('old');
    expect(own.stream.take({ items: 9, bytes: 99, notBefore: host.clock.now() + 1 })).toBeUndefined();
    expect(own.dropped).toEqual({ spool_expired: 1 });
  });
});

describe('permissions', () => {
  test('are for the user alone, whatever the umask', () => {
    const before = process.umask(0);
    try {
      const directory = join(temporary(), 'made', 'here');
      const { stream } = openSpool(directory);
      stream().append('a');
      expect(mode(directory)).toBe(0o700);
      for (const name of readdirSync(directory)) expect(mode(join(directory, name))).toBe(0o700);
      expect(filesBelow(directory, '').map(mode)).toEqual([0o600, 0o600]);
    } finally {
      process.umask(before);
    }
  });

  const WRONG: [string, (path: string) => void, RegExp][] = [
    [
      'writable for everybody',
      (path) => {
        mkdirSync(path);
        chmodSync(path, 0o777);
      },
      /everybody may write to it/,
    ],
    ['a symbolic link', (path) => symlinkSync(temporary(), path), /it is a symbolic link/],
  ];
  test.each(WRONG)('a directory that is %s is refused, with one line', async (_name, make, reason) => {
    const path = join(temporary(), 'spool');
    make(path);
    const { stream, open, lines, advance } = openSpool(path);
    open();
    await advance(120_000);
    expect(stream().append('a')).toBe(false);
    expect(lines).toEqual([expect.stringMatching(reason)]);
    expect(readdirSync(path)).toEqual([]);
  });

  const asRoot = process.getuid?.() === 0 ? test : test.skip;
  asRoot('a directory of another user is refused', () => {
    const path = temporary();
    chownSync(path, 65_534, 65_534);
    const { stream, open, lines } = openSpool(path);
    open();
    expect(stream().append('a')).toBe(false);
    expect(lines).toEqual([expect.stringContaining('belongs to another user')]);
  });

  test('a link in the place of a directory of a dead process is not followed', async () => {
    const directory = temporary();
    const elsewhere = temporary();
    const other = openSpool(elsewhere);
    other.stream().append('stolen');
    other.spool.close();
    const [name = ''] = readdirSync(elsewhere);
    symlinkSync(join(elsewhere, name), join(directory, name));
    const { stream, open, advance } = openSpool(directory);
    const own = stream();
    open();
    await advance(1_000);
    expect(own.items).toBe(0);
    expect(existsSync(join(elsewhere, name))).toBe(true);
  });
});
