/**
 * How long the event loop is held up while spans with ten attributes are made at a fixed rate, and
 * what a burst of 100,000 spans in one turn leaves: what was delivered, how much memory it took.
 * Run: `npm run bench -- [quick] event-loop`.
 */
import { interleaved, median, runChild } from './support/run-child.mjs';

const IS_QUICK = Boolean(process.env.BENCH_QUICK);
const RATE = 10_000;
const SECONDS = IS_QUICK ? 2 : 6;
const BURST = 100_000;
const NAMES = [
  'none',
  'OTel SDK, OTLP http',
  'dd-trace',
  'Signalbox, OTLP http',
  'Signalbox, whole default pipeline',
];

const steady = await interleaved(NAMES, IS_QUICK ? 1 : 2, (name) =>
  runChild(name, 'http', 'steady', RATE, { seconds: SECONDS }),
);
console.log(`${RATE} spans/s for ${SECONDS} s: delay of the event loop in ms (resolution 1 ms)`);
console.table(
  [...steady].map(([name, runs]) => {
    const delay = (key) => round(median(runs.map(({ delays }) => delays[key])));
    return {
      implementation: name,
      p50: delay('p50'),
      p99: delay('p99'),
      'p99.9': delay('p999'),
      max: delay('max'),
      'main thread %': round(median(runs.map(({ main, wall }) => (main * 100) / wall))),
      lost: Math.max(...runs.map(({ lost }) => lost)),
    };
  }),
);

for (const shape of ['small', 'http']) {
  const names = NAMES.filter((name) => name !== 'none');
  const bursts = await interleaved(names, 1, (name) => runChild(name, shape, 'burst', BURST));
  console.log(`\n${BURST} ${shape} spans in one turn of the loop`);
  console.table(
    [...bursts].map(([name, [run]]) => ({
      implementation: name,
      delivered: run.arrived,
      'loop ms': Math.round(run.loop),
      'RSS +MB after the loop': Math.round(run.growth / 1e6),
      'peak RSS +MB': Math.round(run.rssGrowth / 1e6),
    })),
  );
}

function round(value) {
  return Number(value.toFixed(2));
}
