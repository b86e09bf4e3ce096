/**
 * A span with 4 attributes from start to end, nothing exported: our engines against the SDK and
 * dd-trace, each alone in a process, interleaved. CPU of the main thread, medians.
 * Run: `npm run build && npm run bench -- span-creation`.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { interleaved, median } from './support/run-child.mjs';

const IS_QUICK = Boolean(process.env.BENCH_QUICK);
const ROUNDS = IS_QUICK ? 1 : 3;
const TABLES = {
  recorded: ['OTel SDK', 'dd-trace', 'Signalbox, lean', 'Signalbox, sdk'],
  'sampled out by a sampler that looks at nothing': [
    'OTel SDK, off',
    'Signalbox, lean, off',
    'Signalbox, sdk, off',
  ],
  'sampled out with parentbased_traceidratio=0 (Signalbox: the whole of it)': [
    'OTel SDK, ratio 0',
    'Signalbox, lean, ratio 0',
    'Signalbox, sdk, ratio 0',
  ],
};

async function run(name) {
  const child = fork(join(import.meta.dirname, 'span-creation', 'child.cjs'), [name], {
    env: { PATH: process.env.PATH, ...(IS_QUICK ? { BENCH_QUICK: '1' } : {}) },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const exit = once(child, 'exit');
  const [result] = await Promise.race([once(child, 'message'), exit]);
  if (typeof result !== 'object') throw new Error(`${name} ended with ${result}`);
  await exit;
  return result;
}

for (const [title, names] of Object.entries(TABLES)) {
  const results = await interleaved(names, ROUNDS, run);
  const [first] = names;
  const of = (name, field) => median(results.get(name).map((result) => result[field]));
  const round = (value) => Number(value.toFixed(3));
  console.log(`\n${title}: ns of CPU per span, ${ROUNDS} rounds`);
  console.table(
    names.map((name) => {
      const row = { implementation: name };
      for (const field of Object.keys(results.get(name)[0])) {
        row[field] = Math.round(of(name, field));
        row[`${field} ×`] = round(of(name, field) / of(first, field));
      }
      return row;
    }),
  );
}
