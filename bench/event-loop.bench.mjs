/**
 * How long the event loop is held up while spans with ten attributes are made at a fixed rate, and
 * what a burst of 100,000 spans in one turn leaves: what was delivered, how much memory it took.
 * Run: `npm run bench -- [quick] event-loop`.
 */
import { interleaved, median, qualified, runChild } from './support/run-child.mjs';

const IS_QUICK = Boolean(process.env.BENCH_QUICK);
const RATE = 10_000;
const ROUNDS = IS_QUICK ? 1 : 3;
const SECONDS = IS_QUICK ? 2 : 3;
const BURST = 100_000;
const OTEL = 'OTel SDK, OTLP http';
const NAMES = ['none', OTEL, 'dd-trace', 'Signalbox, OTLP http', 'Signalbox, whole default pipeline'];

const steady = qualified(
  await interleaved(NAMES, ROUNDS, (name) => runChild(name, 'http', 'steady', RATE, { seconds: SECONDS })),
);
const delay = (name, key) => median(steady.get(name).map(({ delays }) => delays[key]));
const ratio = (name, peer, key) => (steady.has(peer) ? round(delay(name, key) / delay(peer, key)) : '');
console.log(
  `${RATE} spans/s for ${SECONDS} s, ${ROUNDS} rounds: delay of the event loop in ms (resolution 1 ms)`,
);
console.table(
  [...steady].map(([name, runs]) => ({
    implementation: name,
    p50: round(delay(name, 'p50')),
    p99: round(delay(name, 'p99')),
    'p99.9': round(delay(name, 'p999')),
    max: round(delay(name, 'max')),
    'p99 x OTel': ratio(name, OTEL, 'p99'),
    'p99 x dd-trace': ratio(name, 'dd-trace', 'p99'),
    'p99.9 x dd-trace': ratio(name, 'dd-trace', 'p999'),
    'main thread %': round(median(runs.map(({ main, wall }) => (main * 100) / wall))),
  })),
);

// What is lost here is what is measured.
for (const shape of IS_QUICK ? ['small'] : ['small', 'http']) {
  const names = NAMES.filter((name) => name !== 'none');
  const bursts = await interleaved(names, 1, (name) => runChild(name, shape, 'burst', BURST));
  console.log(`\n${shape} spans, ${BURST} of them in one turn of the loop`);
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
