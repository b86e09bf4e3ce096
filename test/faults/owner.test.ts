/** Whose spool it is: pids are used again, at once in containers. What needs a tool that is not here is skipped, and says so. */
import { readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { filesBelow } from '../support/spool/spool-files.ts';
import { expectAccounted, FAILS, linesOf } from './support/accounted.ts';
import { Backend } from './support/backend.ts';
import { folder } from './support/folder.ts';
import { type Outcome, suffer } from './support/sufferer.ts';
import { missing, wrapper } from './support/tools.ts';

const WIRE = 'http/protobuf';
const SPANS = 60;
const MINUTES = 60_000;

const noNamespaces = missing('unshare', '--pid', '--fork', '--mount-proc', 'true');
if (noNamespaces) process.stderr.write(`test:faults: pid 1: SKIPPED, ${noNamespaces}\n`);

interface Owner {
  readonly pid: number;
}

const ownerFile = (spool: string): string => {
  const [name = ''] = readdirSync(spool).filter((one) => !one.includes('.') && one !== 'quarantine');
  return join(spool, name, 'owner');
};

/** A process that was killed, and has left all of its spans on disk. */
async function killed(spool: string, node?: string): Promise<Outcome> {
  await using down = await Backend.start(WIRE);
  await down.stop();
  const env = { ...down.env(), SIGNALBOX_SPOOL_DIR: spool, SIGNALBOX_SPOOL_MODE: 'write-ahead' };
  const orders = { patience: 0, end: 'wait for SIGKILL' };
  await using sufferer = suffer({ ...env, NODE: process.execPath }, orders, node ? { node } : {});
  await sufferer.app.waitForLine(/^reported/);
  sufferer.app.kill('SIGKILL');
  const outcome = await sufferer.outcome;
  // Whoever has the time says first that it fails.
  const lines = linesOf(outcome.exit.stderr).length > 0 ? [FAILS] : [];
  expectAccounted(outcome, [], { code: null, signal: 'SIGKILL', left: SPANS, lines });
  return outcome;
}

/** The next one finds all that is left. */
async function expectFound(spool: string, { ended }: Outcome, node?: string): Promise<void> {
  await using up = await Backend.start(WIRE);
  const env = { ...up.env(), SIGNALBOX_SPOOL_DIR: spool, NODE: process.execPath };
  const orders = { spans: 10, patience: 30_000, until: SPANS + 10 };
  await using next = suffer(env, orders, node ? { node } : {});
  expectAccounted(await next.outcome, up.ids(), { earlier: ended });
  expect(filesBelow(spool)).toEqual([]);
}

test('the pid of a process that was killed belongs to another one now', async () => {
  await using spool = folder();
  const outcome = await killed(spool.path);
  const path = ownerFile(spool.path);
  const owner = JSON.parse(readFileSync(path, 'utf8')) as Owner;
  // This one, which lives on.
  writeFileSync(path, JSON.stringify({ ...owner, pid: process.pid }));
  await expectFound(spool.path, outcome);
});

test('a process that lives keeps what is its own, whoever comes', async () => {
  await using spool = folder();
  await using down = await Backend.start(WIRE);
  await down.stop();
  const env = { SIGNALBOX_SPOOL_DIR: spool.path, SIGNALBOX_SPOOL_MODE: 'write-ahead' };
  await using first = suffer({ ...down.env(), ...env }, { patience: 60_000, end: 'natural' });
  while (filesBelow(spool.path).length === 0) await sleep(10);
  const path = ownerFile(spool.path);
  // It has been blocked for so long, but it is there.
  const before = (Date.now() - 10 * MINUTES) / 1_000;
  utimesSync(path, before, before);
  await using up = await Backend.start(WIRE);
  await using second = suffer({ ...up.env(), ...env }, { spans: 10, patience: 2_000, until: 11 });
  expectAccounted(await second.outcome, up.ids(), {});
  expect(readdirSync(join(path, '..'))).toContain('owner');
  // Its own backend comes, and takes what it has kept.
  await down.start();
  expectAccounted(await first.outcome, down.ids(), { outages: 1 });
});

(noNamespaces ? test.skip : test)(
  'pid 1 of a container that was killed is not pid 1 of the next one',
  async () => {
    await using spool = folder();
    await using files = folder();
    // Each in a namespace of its own, the first process in it.
    const node = wrapper(
      files.path,
      'exec unshare --pid --fork --mount-proc --kill-child sh -c \'exec "$NODE" "$@"\' -- "$@"',
    );
    const outcome = await killed(spool.path, node);
    const path = ownerFile(spool.path);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ pid: 1 });
    // A minute without a sign of life goes by.
    const before = (Date.now() - 2 * MINUTES) / 1_000;
    utimesSync(path, before, before);
    await expectFound(spool.path, outcome, node);
  },
);
