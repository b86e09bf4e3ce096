/** Several processes and threads that report for themselves. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expectAccounted, FAILS, LOST, linesOf, SHUTDOWN, SLACK } from './support/accounted.ts';
import { Backend, WIRES } from './support/backend.ts';
import { APPS, suffer } from './support/sufferer.ts';

/** The one that starts them, and three members: each ends ten spans. */
const MEMBERS = 3;
const SPANS = 40;

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

interface MemberEnd {
  readonly code: number;
  /** Milliseconds from when it had nothing left to do. */
  readonly took: number;
}

test.concurrent.each(RUNS)('%s, %s, the backend %s', async (wire, kind, state, code) => {
  await using backend = await Backend.start(wire);
  if (state === 'down') await backend.stop();
  const within = state === 'up' ? 30_000 : SHUTDOWN;
  const env = {
    ...backend.env(),
    SIGNALBOX_WORKER_THREADS: 'true',
    ...(state === 'up' ? { SIGNALBOX_SHUTDOWN_TIMEOUT: String(within) } : {}),
  };
  await using sufferer = suffer(env, kind, { app: join(APPS, 'family.cjs') });
  const outcome = await sufferer.outcome;
  expect(outcome.ended).toHaveLength(SPANS);
  // Each says for itself that it has lost something, and before that, if there is the time, that it fails.
  const fails = linesOf(outcome.exit.stderr).filter((line) => FAILS.test(line));
  expect(fails.length).toBeLessThanOrEqual(MEMBERS + 1);
  const lines = [...fails.map(() => FAILS), ...Array.from({ length: MEMBERS + 1 }, () => LOST)];
  const down = { unsent: SPANS, beside: lines };
  expectAccounted(outcome, backend.ids(), { within, ...(state === 'down' ? down : {}) });
  const ends = JSON.parse(readFileSync(join(sufferer.directory, 'ends.json'), 'utf8')) as MemberEnd[];
  expect(ends.map((end) => end.code)).toEqual(Array.from({ length: MEMBERS }, () => code));
  for (const { took } of ends) expect(took).toBeLessThan(within + SLACK);
});
