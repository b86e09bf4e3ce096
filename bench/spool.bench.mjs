// What a spool costs for each ended span: nothing on disk, write-ahead, write-ahead with group sync.
// The destination takes everything at once. Run: node bench/spool.bench.mjs (after npm run build)
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TracerProvider } from '@opentelemetry/sdk-trace';

const require = createRequire(import.meta.url);
const { createSpanDelivery, otlpSpoolCodec, Spool } = require('../dist/exporters.cjs');

const host = {
  clock: { now: () => Date.now(), monotonic: () => performance.now() },
  log: { error: console.error, warn: console.error, info() {}, debug() {} },
  counters: { add() {} },
  report() {},
  load: require,
  after: (delay, task) => ({ cancel: clearTimeout.bind(undefined, setTimeout(task, delay)) }),
  every: (interval, task) => ({ cancel: clearInterval.bind(undefined, setInterval(task, interval).unref()) }),
};
const SPANS = 20_000;
const ROUNDS = 7;
const batch = { queueSize: 100_000, batchSize: 512, delay: 1_000, timeout: 30_000 };
const options = { queueBytes: 1e9 };
const attributes = Object.fromEntries(
  Array.from({ length: 10 }, (_, index) => [`attribute.${index}`, `value ${index}`]),
);

async function run(spoolOptions) {
  const directory = mkdtempSync(join(tmpdir(), 'spool-bench-'));
  const limits = { maxBytes: 1e9, maxAge: 86_400_000, fsync: false, mode: 'write-ahead' };
  const spool = spoolOptions && new Spool({ directory, ...limits, ...spoolOptions }, host, otlpSpoolCodec());
  const destination = {
    encode: () => new Uint8Array(1),
    send: async () => ({ kind: 'delivered' }),
    shutdown: async () => {},
  };
  const processor = createSpanDelivery({ destination }, batch, host, {
    options,
    ...(spool ? { spool } : {}),
  });
  const tracer = new TracerProvider({ spanProcessors: [processor] }).getTracer('bench');
  const started = performance.now();
  for (let index = 0; index < SPANS; index++) tracer.startSpan('GET /cart', { attributes }).end();
  const micros = ((performance.now() - started) * 1_000) / SPANS;
  await processor.shutdown();
  spool?.close();
  rmSync(directory, { recursive: true });
  return micros;
}

const KINDS = { memory: undefined, 'write-ahead': {}, 'write-ahead, group sync': { fsync: true } };
const results = Object.fromEntries(Object.keys(KINDS).map((kind) => [kind, []]));
for (let round = 0; round < ROUNDS; round++) {
  for (const [kind, spoolOptions] of Object.entries(KINDS)) results[kind].push(await run(spoolOptions));
}
for (const [kind, micros] of Object.entries(results)) {
  const sorted = micros.sort((a, b) => a - b);
  console.log(`${kind.padEnd(26)} ${sorted[ROUNDS >> 1].toFixed(1)} µs per span (median of ${ROUNDS})`);
}
process.exit();
