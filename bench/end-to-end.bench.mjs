/**
 * What tracing costs a process from the start of a span to the bytes on a socket: CPU of the whole
 * process and of its main thread, garbage collection, memory; a lost span disqualifies a run.
 * Each implementation runs alone in a process, in front of a sink in another, interleaved.
 * Run: `npm run bench -- [quick] end-to-end`.
 */
import { interleaved, median, qualified, runChild } from './support/run-child.mjs';

const IS_QUICK = Boolean(process.env.BENCH_QUICK);
const ROUNDS = IS_QUICK ? 1 : 3;
const MOST = [
  'none',
  'OTel SDK, OTLP http',
  'dd-trace',
  'Signalbox, OTLP http',
  'Signalbox, Datadog Agent',
  'Signalbox, whole pipeline and tail sampling',
];
const ALL = [
  'none',
  'OTel SDK, OTLP http',
  'OTel SDK, OTLP gRPC',
  'OTel SDK, sampled out',
  'dd-trace',
  'dd-trace, OTel bridge',
  'Signalbox, OTLP http',
  'Signalbox, OTLP http, SDK engine',
  'Signalbox, OTLP gRPC',
  'Signalbox, Datadog Agent',
  'Signalbox, whole default pipeline',
  'Signalbox, whole pipeline and tail sampling',
  'Signalbox, sampled out',
];
/** Spans of each shape. A million, because memory is promised for so many; of others enough to outweigh what is compiled. */
const LOADS = IS_QUICK
  ? { http: [20_000, MOST] }
  : { http: [300_000, ALL], small: [1_000_000, MOST.slice(0, 4)], genai: [60_000, MOST] };
const PEERS = {
  'x OTel http': 'OTel SDK, OTLP http',
  'x OTel gRPC': 'OTel SDK, OTLP gRPC',
  'x dd-trace': 'dd-trace',
};
const only = process.env.BENCH_ONLY?.split(';');

for (const [shape, [size, names]] of Object.entries(LOADS)) {
  const results = qualified(
    await interleaved(only ?? names, ROUNDS, (name) => runChild(name, shape, 'flood', size)),
  );
  const perSpan = (name, field) => median(results.get(name).map((run) => (run[field] * 1_000) / size));
  const net = (name, field) => perSpan(name, field) - (results.has('none') ? perSpan('none', field) : 0);
  const ratios = (name) =>
    Object.entries(PEERS)
      .filter(([, peer]) => results.has(peer))
      .map(([title, peer]) => [title, round(net(name, 'cpu') / net(peer, 'cpu'))]);
  console.log(`\n${shape} spans, ${size} of them, ${ROUNDS} rounds; µs of CPU per span = s per million`);
  console.table(
    [...results].map(([name, runs]) => ({
      implementation: name,
      'CPU µs/span': round(net(name, 'cpu')),
      'main thread µs/span': round(net(name, 'main')),
      'at most spans/s': Math.round(1_000 / perSpan(name, 'main')) * 1_000,
      'GC ms/100k': round(median(runs.map(({ gc }) => (gc.total * 100_000) / size))),
      'peak RSS +MB': Math.round(median(runs.map(({ rssGrowth }) => rssGrowth / 1e6))),
      ...Object.fromEntries(ratios(name)),
    })),
  );
}

function round(value) {
  return Number(value.toFixed(2));
}
