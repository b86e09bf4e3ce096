/**
 * What the guard adds to a measurement, and the memory it takes.
 *
 *   node --experimental-transform-types --expose-gc bench/cardinality.bench.ts
 */
import { performance } from 'node:perf_hooks';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { SeriesGuard } from '../processors/cardinality/series-guard.ts';
import { cardinalityOptions, Guards, guardMeterProvider } from '../processors/index.ts';

function provider(): MeterProvider {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  return new MeterProvider({
    readers: [new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 })],
  });
}

const ATTRIBUTES = ['GET', 'POST', 'PUT'].flatMap((method) =>
  [200, 404, 500].map((status) => ({
    'http.request.method': method,
    'http.response.status_code': status,
    'http.route': '/v1/orders/:id',
  })),
);

const ROUNDS = process.env.BENCH_QUICK ? 150 : 500;
const TIMES = 2_000;

/**
 * Nanoseconds per call of each, in short turns one after the other. The lower quartile counts,
 * since other processes can only make a turn longer.
 */
function measure(...tasks: ((index: number) => void)[]): number[] {
  const results = tasks.map(() => [] as number[]);
  for (let round = 0; round < ROUNDS; round++) {
    tasks.forEach((task, at) => {
      const start = performance.now();
      for (let index = 0; index < TIMES; index++) task(index);
      results[at]?.push(((performance.now() - start) * 1e6) / TIMES);
    });
  }
  return results.map((times) => times.toSorted((a, b) => a - b)[Math.floor(ROUNDS / 4)] as number);
}

const bare = provider().getMeter('bench').createCounter('calls');
const guarded = guardMeterProvider(provider(), new Guards(cardinalityOptions({})))
  .getMeter('bench')
  .createCounter('calls');
const guard = new SeriesGuard(cardinalityOptions({}), 2_000, () => {});
let admitted: unknown;
const [bareTime = 0, guardedTime = 0, alone = 0] = measure(
  (index) => bare.add(1, { ...ATTRIBUTES[index % 9] }),
  (index) => guarded.add(1, { ...ATTRIBUTES[index % 9] }),
  (index) => {
    admitted = guard.admit(ATTRIBUTES[index % 9]);
  },
);
console.log(`a measurement with three attributes, bare     ${bareTime.toFixed(0)} ns`);
console.log(
  `the same, guarded                             ${guardedTime.toFixed(0)} ns   (+${(guardedTime - bareTime).toFixed(0)} ns)`,
);

console.log(`the guard alone                               ${alone.toFixed(0)} ns   ${admitted ? '' : '?'}`);

const full = guardMeterProvider(provider(), new Guards(cardinalityOptions({})))
  .getMeter('bench')
  .createCounter('calls');
const gc = (globalThis as { gc?: () => void }).gc ?? (() => {});
gc();
const before = process.memoryUsage().heapUsed;
for (let value = 0; value < 1_000_000; value++) {
  const attributes: Record<string, string> = {};
  for (let key = 0; key < 10; key++) attributes[`key${key}`] = `v${value}-${key}`;
  full.add(1, attributes);
}
gc();
console.log(
  `a million values on ten keys                  ${((process.memoryUsage().heapUsed - before) / 1e6).toFixed(1)} MB`,
);
