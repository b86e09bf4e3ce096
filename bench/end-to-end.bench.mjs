/**
 * What tracing costs a process from the start of a span to the bytes on a socket: CPU of the whole
 * process and of its main thread, garbage collection, memory; a lost span disqualifies a run.
 * Each implementation runs alone in a process, in front of a sink in another, interleaved.
 * Run: `npm run bench -- [quick] end-to-end`.
 */
import { interleaved, median, runChild } from './support/run-child.mjs';

const IS_QUICK = Boolean(process.env.BENCH_QUICK);
const ROUNDS = IS_QUICK ? 1 : 2;
const SIZES = IS_QUICK ? { http: 20_000 } : { small: 300_000, http: 300_000, genai: 40_000 };
const NAMES = [
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
const QUICK = NAMES.filter((name) => !/gRPC|bridge|tail|SDK engine/.test(name));
/** Other shapes are for the ones that matter most. */
const SHORT = QUICK.filter((name) => !name.includes('sampled out'));
const only = process.env.BENCH_ONLY?.split(';');

for (const [shape, size] of Object.entries(SIZES)) {
  const names = only ?? (IS_QUICK ? QUICK : shape === 'http' ? NAMES : SHORT);
  const results = await interleaved(names, ROUNDS, (name) => runChild(name, shape, 'flood', size));
  const perSpan = (field) => (runs) => median(runs.map((run) => (run[field] * 1_000) / size));
  const base = results.get('none');
  const net = (field) => (runs) => perSpan(field)(runs) - (base ? perSpan(field)(base) : 0);
  const reference = (name) => results.get(name) && net('cpu')(results.get(name));
  const otel = reference('OTel SDK, OTLP http');
  const datadog = reference('dd-trace');
  console.log(`\n${shape} spans, ${size} of them, ${ROUNDS} rounds; µs of CPU per span = s per million`);
  console.table(
    [...results].map(([name, runs]) => ({
      implementation: name,
      'CPU µs/span': round(net('cpu')(runs)),
      'main thread µs/span': round(net('main')(runs)),
      'GC ms/100k': round(median(runs.map(({ gc }) => (gc.total * 100_000) / size))),
      'peak RSS +MB': Math.round(median(runs.map(({ rssGrowth }) => rssGrowth / 1e6))),
      'x OTel http': otel ? round(net('cpu')(runs) / otel) : '',
      'x dd-trace': datadog ? round(net('cpu')(runs) / datadog) : '',
      lost: Math.max(...runs.map(({ lost }) => lost)),
    })),
  );
}

function round(value) {
  return Number(value.toFixed(2));
}
