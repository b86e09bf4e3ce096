/** kill -9 at random moments, with a write-ahead spool. FAULT_ROUNDS says how often, FAULT_SEED where it begins. */
import type { Exit } from '../support/run-app.ts';
import { type Rounds, killRounds } from '../support/spool/kill-rounds.ts';
import { expectAccounted, FAILS, linesOf, MOST_MEMORY, WORKS } from './support/accounted.ts';

const ROUNDS = Number(process.env.FAULT_ROUNDS ?? 200);
const SEED = Number(process.env.FAULT_SEED ?? Math.floor(Math.random() * 1e9));
/** So many directories at a time. */
const CHAINS = 4;

process.stderr.write(`test:faults: FAULT_ROUNDS=${ROUNDS} FAULT_SEED=${SEED}\n`);

/** Source: mulberry32. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Killed and nothing else: it has not thrown, and has said no more than that a backend fails and works again. */
function expectKilled({ code, signal, stderr }: Exit): void {
  const said = linesOf(stderr).map((line) =>
    FAILS.test(line) ? 'fails' : WORKS.test(line) ? 'works' : line,
  );
  const others = stderr.split('\n').filter((line) => line !== '' && !line.startsWith('signalbox:'));
  const turns = said.map((_, index) => (index % 2 === 0 ? 'fails' : 'works'));
  expect({ code, signal, said, others }).toEqual({ code: null, signal: 'SIGKILL', said: turns, others: [] });
}

/** The last process has sent what it found, and noticed nothing. */
function expectDrained({ drain, ended, killed }: Rounds): void {
  const { exit, report, received } = drain;
  const known = new Set(ended);
  // Each may have been killed between the end of a span and the note of it.
  const unnoted = [...new Set(received)].filter((id) => !known.has(id));
  expect(unnoted.length).toBeLessThanOrEqual(killed.length);
  expectAccounted({ exit, report, ended: [] }, received, {
    earlier: [...ended, ...unnoted],
    recovered: report?.stats[0]?.recovered ?? 0,
  });
}

test.concurrent.each(Array.from({ length: CHAINS }, (_, index) => SEED + index))(
  `no span that has ended is lost in ${Math.ceil(ROUNDS / CHAINS)} kill -9, and few come twice (seed %i)`,
  async (seed) => {
    const rounds = Math.ceil(ROUNDS / CHAINS);
    const result = await killRounds(rounds, seeded(seed));
    const { lost, ended, duplicates, mostDuplicates, left, killed, mostMemory } = result;
    expect(ended.length).toBeGreaterThan(rounds * 10);
    expect({ lost, left }).toEqual({ lost: [], left: [] });
    expect(duplicates).toBeLessThanOrEqual(mostDuplicates);
    for (const exit of killed) expectKilled(exit);
    expect(mostMemory).toBeLessThan(MOST_MEMORY);
    expectDrained(result);
  },
  600_000,
);
