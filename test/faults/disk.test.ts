/** A disk that fails under the spool. What needs a tool that is not here is skipped, and says so. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { filesBelow } from '../support/spool/spool-files.ts';
import { expectAccounted, FAILS, HEAP_FULL, KEPT, linesOf, WORKS } from './support/accounted.ts';
import { Backend } from './support/backend.ts';
import { folder } from './support/folder.ts';
import { type Orders, suffer } from './support/sufferer.ts';
import { missing, wrapper } from './support/tools.ts';

const MODES = ['on-failure', 'write-ahead'] as const;
const WIRE = 'http/protobuf';
/** As many as apps/spans.cjs ends if nothing else is said. */
const SPANS = 60;
/** About 2 MB. */
const MUCH: Orders = { spans: 400, chunk: 20, every: 10, size: 5_000, patience: 30_000 };

/** Mounts and unmounts in a namespace of its own. */
const noMounts = missing('unshare', '--mount', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt');
const noStrace = missing('strace', '-qq', '-f', '-o', '/dev/null', 'true');
for (const [what, reason] of [
  ['a full and a read-only disk', noMounts],
  ['EIO', noStrace],
]) {
  if (reason) process.stderr.write(`test:faults: ${what}: SKIPPED, ${reason}\n`);
}

interface Bad {
  readonly what: string;
  readonly isSkipped: boolean;
  /** What the one line about it says, which shows that the fault has happened. */
  readonly says: RegExp;
  /** A shell script that runs `$@` by `$NODE`, the spool being in `$SPOOL`. */
  readonly script: string;
}

const BAD: readonly Bad[] = [
  {
    what: 'a disk with room for a fifth',
    says: /WARN spool .*(ENOSPC|no space)/,
    isSkipped: noMounts !== undefined,
    script:
      'exec unshare --mount sh -c \'mount -t tmpfs -o size=400k,mode=0700 tmpfs "$SPOOL" && exec "$NODE" "$@"\' -- "$@"',
  },
  {
    what: 'a disk that is read-only',
    says: /WARN spool .*(EROFS|read-only)/,
    isSkipped: noMounts !== undefined,
    script:
      'exec unshare --mount sh -c \'mount -t tmpfs -o ro,mode=0700 tmpfs "$SPOOL" && exec "$NODE" "$@"\' -- "$@"',
  },
  ...['fdatasync', 'mkdir'].map((call) => ({
    what: `${call} that fails with EIO`,
    says: /WARN spool .*EIO/,
    isSkipped: noStrace !== undefined,
    script: `exec strace -f -qq -o /dev/null -e trace=${call} -e inject=${call}:error=EIO "$NODE" "$@"`,
  })),
];

for (const { what, isSkipped, says, script } of BAD) {
  (isSkipped ? test.skip : test).each(MODES)(
    `${what}, %s: the application is unharmed, and all is delivered in the end`,
    async (mode) => {
      await using backend = await Backend.start(WIRE);
      await backend.stop();
      await using files = folder();
      await using spool = folder();
      const env = {
        ...backend.env(),
        SIGNALBOX_SPOOL_DIR: spool.path,
        SIGNALBOX_SPOOL_MODE: mode,
        SIGNALBOX_SPOOL_FSYNC: 'true',
        SIGNALBOX_QUEUE_BYTES: '100000000',
        SIGNALBOX_QUEUE_ITEMS: '10000',
        SPOOL: spool.path,
        NODE: process.execPath,
      };
      await using sufferer = suffer(env, MUCH, { node: wrapper(files.path, script) });
      // Away for long enough that both modes need the disk.
      await sleep(4_000);
      await backend.start();
      expectAccounted(await sufferer.outcome, backend.ids(), { beside: [says], lines: [FAILS, WORKS] });
    },
  );
}

/** From now on each call of a process that writes to a file fails. */
async function failWrites(pid: number, path: string): Promise<ChildProcess> {
  const fault = [
    '-e',
    'trace=write,writev,pwrite64,pwritev',
    '-e',
    'inject=write,writev,pwrite64,pwritev:error=EIO',
  ];
  const strace = spawn('strace', ['-f', '-o', '/dev/null', '-p', String(pid), '-P', path, ...fault]);
  // It says when it is attached.
  await once(strace.stderr, 'data');
  return strace;
}

(noStrace ? test.skip : test)(
  'writes to the spool that fail with EIO, write-ahead: what was on disk stays, the rest waits in memory, all is delivered',
  async () => {
    await using backend = await Backend.start(WIRE);
    await backend.stop();
    await using spool = folder();
    const env = { SIGNALBOX_SPOOL_DIR: spool.path, SIGNALBOX_SPOOL_MODE: 'write-ahead' };
    const orders = { spans: 400, chunk: 4, every: 20, patience: 60_000 };
    await using sufferer = suffer({ ...backend.env(), ...env }, orders);
    let path: string | undefined;
    while (!path) {
      await sleep(10);
      [path] = filesBelow(spool.path);
    }
    const strace = await failWrites(sufferer.app.pid, path);
    await sufferer.app.waitForLine(/WARN spool .*EIO/, 'stderr');
    strace.kill('SIGTERM');
    await once(strace, 'exit');
    await backend.start();
    const outcome = await sufferer.outcome;
    expectAccounted(outcome, backend.ids(), { beside: [/WARN spool .*EIO/], lines: [FAILS, WORKS] });
  },
);

test.each(MODES)(
  'a segment with a flipped byte, %s: what is behind it is delivered, and the loss counted',
  async (mode) => {
    await using spool = folder();
    const env = { SIGNALBOX_SPOOL_DIR: spool.path, SIGNALBOX_SPOOL_MODE: mode };
    await using down = await Backend.start(WIRE);
    await down.stop();
    await using first = suffer({ ...down.env(), ...env }, { patience: 300 });
    const left = await first.outcome;
    expectAccounted(left, [], { left: SPANS, lines: [FAILS, KEPT] });
    const { ended } = left;
    const [path = ''] = filesBelow(spool.path);
    const bytes = readFileSync(path);
    const at = Math.floor(bytes.length / 2);
    bytes[at] = (bytes[at] ?? 0) ^ 0xff;
    writeFileSync(path, bytes);
    await using up = await Backend.start(WIRE);
    await using second = suffer({ ...up.env(), ...env }, { spans: 10, patience: 20_000, until: 11 });
    const outcome = await second.outcome;
    const received = new Set(up.ids());
    const recovered = ended.filter((id) => received.has(id)).length;
    expect(recovered).toBeGreaterThan(0);
    expect(recovered).toBeLessThan(SPANS);
    const lines = [/WARN spool .*: \d+ bytes of a file cannot be read; it is kept as/];
    expectAccounted(outcome, up.ids(), { earlier: ended, recovered, lines });
  },
);

test('out of memory, write-ahead: the next process sends what had ended', async () => {
  await using spool = folder();
  await using down = await Backend.start(WIRE);
  await down.stop();
  const env = { SIGNALBOX_SPOOL_DIR: spool.path, SIGNALBOX_SPOOL_MODE: 'write-ahead' };
  const orders = { patience: 0, end: 'out of memory' };
  await using first = suffer({ ...down.env(), ...env }, orders, { nodeArgs: ['--max-old-space-size=80'] });
  const cut = await first.outcome;
  // Whoever has the time says first that it fails.
  const lines = linesOf(cut.exit.stderr).length > 0 ? [FAILS] : [];
  expectAccounted(cut, [], { code: null, signal: 'SIGABRT', left: SPANS, lines, within: HEAP_FULL });
  await using up = await Backend.start(WIRE);
  await using next = suffer({ ...up.env(), ...env }, { spans: 10, patience: 30_000, until: 70 });
  expectAccounted(await next.outcome, up.ids(), { earlier: cut.ended });
});

test('eight processes on one directory: none harms another, and the ninth sends what all have left', async () => {
  await using spool = folder();
  await using down = await Backend.start(WIRE);
  await down.stop();
  const env = { SIGNALBOX_SPOOL_DIR: spool.path };
  const eight = Array.from({ length: 8 }, () =>
    suffer({ ...down.env(), ...env }, { spans: 20, patience: 300 }),
  );
  const outcomes = await Promise.all(eight.map(({ outcome }) => outcome));
  for (const outcome of outcomes) {
    // One that lives a moment longer may have taken over what others have left.
    const recovered = outcome.report?.stats[0]?.recovered ?? 0;
    expectAccounted(outcome, [], { recovered, left: 20 + recovered, lines: [FAILS, KEPT] });
  }
  const left = outcomes.flatMap(({ ended }) => ended);
  await using up = await Backend.start(WIRE);
  await using ninth = suffer({ ...up.env(), ...env }, { spans: 10, patience: 30_000, until: 160 });
  expectAccounted(await ninth.outcome, up.ids(), { earlier: left });
  for (const sufferer of eight) await sufferer[Symbol.asyncDispose]();
});
