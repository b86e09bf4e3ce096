/** kill -9 at random moments, with a write-ahead spool. FAULT_ROUNDS says how often, FAULT_SEED where it begins. */
import { killRounds } from '../support/spool/kill-rounds.ts';

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

test.concurrent.each(Array.from({ length: CHAINS }, (_, index) => SEED + index))(
  `no span that has ended is lost in ${Math.ceil(ROUNDS / CHAINS)} kill -9, and few come twice (seed %i)`,
  async (seed) => {
    const rounds = Math.ceil(ROUNDS / CHAINS);
    const { lost, ended, duplicates, mostDuplicates, left } = await killRounds(rounds, seeded(seed));
    expect(ended).toBeGreaterThan(rounds * 10);
    expect({ lost, left }).toEqual({ lost: [], left: [] });
    expect(duplicates).toBeLessThanOrEqual(mostDuplicates);
  },
  600_000,
);
