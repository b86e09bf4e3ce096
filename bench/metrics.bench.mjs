/**
 * One measurement with 3 attributes over 100 series: the whole of Signalbox against the SDK alone and
 * dd-trace's client, each alone in a process, interleaved. CPU of the main thread, medians.
 * Run: `npm run build && npm run bench -- metrics`.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { interleaved, median } from './support/run-child.mjs';

const IS_QUICK = Boolean(process.env.BENCH_QUICK);
const ROUNDS = IS_QUICK ? 1 : 3;
const NAMES = [
  'OTel SDK',
  'dd-trace',
  'dd-trace, tags as lists',
  'Signalbox',
  'Signalbox, bindCounter',
  'Signalbox without limits',
];

async function run(name) {
  const child = fork(join(import.meta.dirname, 'metrics', 'child.cjs'), [name], {
    env: { PATH: process.env.PATH, ...(IS_QUICK ? { BENCH_QUICK: '1' } : {}) },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const exit = once(child, 'exit');
  const [result] = await Promise.race([once(child, 'message'), exit]);
  if (typeof result !== 'object') throw new Error(`${name} ended with ${result}`);
  await exit;
  return result;
}

const results = await interleaved(NAMES, ROUNDS, run);
const nanoseconds = (name, field) => median(results.get(name).map((result) => result[field]));
console.log(`\nns of CPU per call, ${ROUNDS} rounds`);
console.table(
  NAMES.map((name) => {
    const row = { implementation: name };
    for (const field of Object.keys(results.get(name)[0])) {
      row[field] = Math.round(nanoseconds(name, field));
      row[`${field} ×`] = Number((nanoseconds(name, field) / nanoseconds('OTel SDK', field)).toFixed(2));
    }
    return row;
  }),
);
