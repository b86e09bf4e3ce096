import { killRounds } from './support/kill-rounds.ts';

const ROUNDS = Number(process.env.CRASH_ROUNDS ?? 200);

test(`no ended span is lost in ${ROUNDS} kill -9, and few come twice`, async () => {
  const { lost, ended, received, duplicates, mostDuplicates, left } = await killRounds(ROUNDS, Math.random);
  process.stderr.write(`${ended} spans ended, ${received} received, ${duplicates} of them twice\n`);
  expect(ended).toBeGreaterThan(ROUNDS * 20);
  expect({ lost, left }).toEqual({ lost: [], left: [] });
  expect(duplicates).toBeLessThanOrEqual(mostDuplicates);
});
