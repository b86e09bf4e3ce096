/**
 * What the watch adds to a span, with none and with 5,000 others open.
 *
 *   npm run bench -- span-watch
 */
import { NoopSpanProcessor, type SpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { SpanWatchProcessor } from '../processors/index.ts';
import { systemClock } from '../src/box/system-host.ts';

const silent = { error() {}, warn() {}, info() {}, debug() {} };
const host = {
  clock: systemClock,
  log: silent,
  counters: { add() {} },
  every: () => ({ cancel() {} }),
};

function runner(processor: SpanProcessor, open: number): () => number {
  const tracer = new TracerProvider({ spanProcessors: [processor] }).getTracer('bench');
  const held = Array.from({ length: open }, () => tracer.startSpan('held'));
  const times = process.env.BENCH_QUICK ? 5_000 : 50_000;
  return () => {
    const start = performance.now();
    for (let index = 0; index < times; index++) tracer.startSpan('s').end();
    const ns = ((performance.now() - start) * 1e6) / times;
    return held.length === open ? ns : Number.NaN;
  };
}

const cases = [
  ['bare SDK', runner(new NoopSpanProcessor(), 0)],
  ['watched', runner(new SpanWatchProcessor(new NoopSpanProcessor(), { host }), 0)],
  ['watched, 5,000 open', runner(new SpanWatchProcessor(new NoopSpanProcessor(), { host }), 5_000)],
] as const;
const best = cases.map(() => Number.POSITIVE_INFINITY);
// In turns, so that a busy machine is unfair to none.
for (let round = 0; round < 20; round++) {
  for (const [index, [, run]] of cases.entries()) best[index] = Math.min(best[index] ?? 0, run());
}
for (const [index, [name]] of cases.entries()) {
  const ns = best[index] ?? 0;
  console.log(`${name.padEnd(22)} ${ns.toFixed(0)} ns/span   +${(ns - (best[0] ?? 0)).toFixed(0)} ns`);
}
