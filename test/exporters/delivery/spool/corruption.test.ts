import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { systemFiles } from '../../../../exporters/delivery/spool/file-system.ts';
import { frameHeader, HEADER } from '../../../../exporters/delivery/spool/frame.ts';
import { recoverSegment } from '../../../../exporters/delivery/spool/recover.ts';
import { filesBelow, killOwners, NAMES, openSpool, temporary } from './support/disk.ts';

const FRAMES = ['first', 'second one', 'x', 'and the last'];
const LIMIT = { items: 100, bytes: 10_000, notBefore: 0 };

/** A segment with {@link FRAMES} as a process has left it that was killed. */
function segment(): { readonly directory: string; readonly path: string; readonly bytes: Buffer } {
  const directory = temporary();
  const { stream } = openSpool(directory);
  for (const name of FRAMES) stream().append(name);
  killOwners(directory);
  const [path = ''] = filesBelow(directory);
  return { directory, path, bytes: readFileSync(path) };
}

/** What can be read of these bytes. */
function readable(path: string, bytes: Buffer): { names: string[]; unreadable: number; free: number } {
  writeFileSync(path, bytes);
  const found = recoverSegment(systemFiles, path, bytes);
  const { free } = found;
  const payloads = found.take(LIMIT)?.payloads ?? [];
  found.close();
  return {
    names: NAMES.decode('traces', payloads) as unknown as string[],
    unreadable: found.unreadable,
    free,
  };
}

const ENDS = FRAMES.map((_, index) =>
  FRAMES.slice(0, index + 1).reduce((sum, name) => sum + HEADER + name.length + 1, 0),
);

test('every byte of a segment flipped: the frame it is in is lost, and no other', () => {
  const { path, bytes } = segment();
  expect(bytes).toHaveLength(ENDS.at(-1) ?? 0);
  for (let at = 0; at < bytes.length; at++) {
    for (const flip of [0x01, 0x80, 0xff]) {
      const damaged = Buffer.from(bytes);
      damaged[at] = (damaged[at] as number) ^ flip;
      const frame = ENDS.findIndex((end) => at < end);
      // The six bytes nobody reads are covered by the checksum too.
      const { names, unreadable, free } = readable(path, damaged);
      expect({ at, names }).toEqual({ at, names: FRAMES.filter((_, index) => index !== frame) });
      expect(free).toBe(FRAMES.length - 1);
      const size = HEADER + (FRAMES[frame]?.length ?? 0) + 1;
      // A length that points beyond the file cannot be told from a frame that was never finished.
      expect([size, 0]).toContain(unreadable);
      if (frame < FRAMES.length - 1) expect(unreadable).toBe(size);
    }
  }
});

test('cut at every length: what is whole is read, and a torn end is nothing unusual', () => {
  const { path, bytes } = segment();
  for (let length = 0; length < bytes.length; length++) {
    const { names, unreadable } = readable(path, bytes.subarray(0, length));
    expect(names).toEqual(FRAMES.slice(0, ENDS.filter((end) => end <= length).length));
    expect(unreadable).toBe(0);
  }
});

test('foreign bytes in front, in between and behind are skipped and counted', () => {
  const { path, bytes } = segment();
  const junk = Buffer.from('no frame, but \xf5SB and such', 'latin1');
  for (const at of [0, ENDS[1] as number, bytes.length]) {
    const { names, unreadable } = readable(
      path,
      Buffer.concat([bytes.subarray(0, at), junk, bytes.subarray(at)]),
    );
    expect([names, unreadable]).toEqual([FRAMES, junk.length]);
  }
});

test('frames of a future version are skipped and counted', () => {
  const { path, bytes } = segment();
  const payload = Buffer.from('from tomorrow\n');
  const header = frameHeader('traces', 1, 0, payload);
  header[4] = 2;
  const { names, unreadable } = readable(path, Buffer.concat([header, payload, bytes]));
  expect([names, unreadable]).toEqual([FRAMES, HEADER + payload.length]);
});

test('a magic within the data is not taken for a frame', () => {
  const { path, bytes } = segment();
  const payload = Buffer.concat([frameHeader('traces', 1, 0, Buffer.from('no\n')), Buffer.from('no\n')]);
  const whole = Buffer.concat([frameHeader('traces', 1, 0, payload), payload]);
  expect(readable(path, Buffer.concat([bytes, whole])).free).toBe(FRAMES.length + 1);
});

test('random bytes never throw', () => {
  const { path } = segment();
  let state = 42;
  const random = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state;
  };
  for (let round = 0; round < 200; round++) {
    const bytes = Buffer.from(
      Array.from({ length: random() % 300 }, () => [0xf5, 0x53, 0x42, 0xfa, 1][random() % 7] ?? random()),
    );
    expect(readable(path, bytes).names).toEqual([]);
  }
});

describe('in a running spool', () => {
  test('a damaged file of an earlier process is said once, counted and kept aside', async () => {
    const { directory, path, bytes } = segment();
    bytes[40] = (bytes[40] as number) ^ 1;
    writeFileSync(path, bytes);
    const { stream, open, advance, spool, lines } = openSpool(directory);
    const own = stream();
    open();
    await advance(1_000);
    expect([own.recovered, own.drain()]).toEqual([3, ['first', 'x', 'and the last']]);
    expect(spool.stats()).toMatchObject({ unreadableBytes: HEADER + 11, bytes: 0 });
    expect(lines).toEqual([
      expect.stringMatching(/^warn spool .*: 39 bytes of a file cannot be read; it is kept as .*quarantine/),
    ]);
    expect(filesBelow(directory)).toEqual([expect.stringContaining('quarantine')]);
  });

  test('at most four such files are kept', async () => {
    const directory = temporary();
    for (let index = 0; index < 6; index++) openSpool(directory).stream().append('a');
    for (const path of filesBelow(directory)) appendFileSync(path, 'junk');
    killOwners(directory);
    const { stream, open, advance } = openSpool(directory);
    const own = stream();
    open();
    await advance(1_000);
    expect(own.drain()).toHaveLength(6);
    expect(filesBelow(directory)).toHaveLength(4);
  });

  test('damage to an own file is counted as dropped, item by item', () => {
    const directory = temporary();
    const { stream, spool } = openSpool(directory);
    const own = stream();
    for (const name of FRAMES) own.append(name, 'with it');
    const [path = ''] = filesBelow(directory);
    const bytes = readFileSync(path);
    bytes[30] = (bytes[30] as number) ^ 1;
    writeFileSync(path, bytes);
    expect(own.drain()).toHaveLength(6);
    expect([own.dropped, own.items]).toEqual([{ spool_corrupt: 2 }, 0]);
    expect(spool.stats().unreadableBytes).toBeGreaterThan(0);
  });
});
