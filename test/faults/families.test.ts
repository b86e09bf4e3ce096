/** Several processes and threads that report for themselves. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Backend, WIRES } from './support/backend.ts';
import { APPS, suffer } from './support/sufferer.ts';

/** What a member ends with: its exit code; threads have none. */
const KINDS = [
  ['fork', 7],
  ['cluster', 7],
  ['workers', 0],
] as const;

const RUNS = WIRES.flatMap((wire) =>
  KINDS.flatMap(([kind, code]) =>
    [true, false].map((isUp) => [wire, kind, isUp ? 'up' : 'down', code] as const),
  ),
);

test.concurrent.each(RUNS)('%s, %s, the backend %s', async (wire, kind, state, code) => {
  await using backend = await Backend.start(wire);
  if (state === 'down') await backend.stop();
  const patience = state === 'up' ? { SIGNALBOX_SHUTDOWN_TIMEOUT: '30000' } : {};
  const env = { ...backend.env(), ...patience, SIGNALBOX_WORKER_THREADS: 'true' };
  await using sufferer = suffer(env, kind, { app: join(APPS, 'family.cjs') });
  const { exit, ended } = await sufferer.outcome;
  expect([exit.code, exit.signal]).toEqual([0, null]);
  expect(JSON.parse(readFileSync(join(sufferer.directory, 'ends.json'), 'utf8'))).toEqual([code, code, code]);
  expect(new Set(ended).size).toBe(40);
  expect([...backend.ids()].sort()).toEqual(state === 'up' ? [...ended].sort() : []);
});
