/**
 * DogStatsD packets and bytes for a million increments over 100 series: our exporter behind the
 * OpenTelemetry SDK against hot-shots and dd-trace's client, over real UDP to one socket.
 * Run: `npm run bench -- dogstatsd-packets`.
 */
import { createSocket } from 'node:dgram';
import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';

const require = createRequire(import.meta.url);
const { MeterProvider, PeriodicExportingMetricReader } = await import('@opentelemetry/sdk-metrics');
const { DogStatsDMetricExporter } = await import('../exporters/dogstatsd/index.ts');

const IS_QUICK = Boolean(process.env.BENCH_QUICK);
const CALLS = IS_QUICK ? 100_000 : 1_000_000;
const SERIES = 100;

const received = { packets: 0, bytes: 0, total: 0 };
const socket = createSocket({ type: 'udp4', recvBufferSize: 8 * 1024 * 1024 });
socket.on('message', (message) => {
  received.packets++;
  received.bytes += message.length;
  for (const line of message.toString().split('\n')) {
    if (line.startsWith('orders:')) received.total += Number(/^orders:([\d.]+)\|c/.exec(line)?.[1] ?? 0);
  }
});
await new Promise((resolve) => socket.bind(0, '127.0.0.1', resolve));
const { port } = socket.address();

const tags = Array.from({ length: SERIES }, (_, index) => ({
  route: `/items/${index}`,
  method: 'GET',
  status: index % 2 ? '200' : '500',
}));

async function run(client, increment, flush, { calls = CALLS, yieldEvery = 2_000, scale = 1 } = {}) {
  Object.assign(received, { packets: 0, bytes: 0, total: 0 });
  for (let index = 0; index < calls; index++) {
    increment(index % SERIES);
    // Lets unbuffered clients send, and the receiver read.
    if (index % yieldEvery === 0) await sleep(0);
  }
  await flush();
  let last = -1;
  while (last !== received.packets) {
    last = received.packets;
    await sleep(300);
  }
  return {
    client,
    packets: Math.round(received.packets * scale),
    KB: Math.round((received.bytes * scale) / 1024),
    'arrived %': Number(((received.total * 100) / calls).toFixed(1)),
  };
}

async function signalbox() {
  const exporter = new DogStatsDMetricExporter({ url: `udp://127.0.0.1:${port}` });
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 10_000 });
  const provider = new MeterProvider({ readers: [reader] });
  const counter = provider.getMeter('bench').createCounter('orders');
  const row = await run(
    'signalbox (OTel SDK, per interval)',
    (index) => counter.add(1, tags[index]),
    () => reader.forceFlush(),
  );
  await provider.shutdown();
  return row;
}

async function hotShots(name, options, pace) {
  const StatsD = require('hot-shots');
  const client = new StatsD({ host: '127.0.0.1', port, ...options });
  const row = await run(
    name,
    (index) => client.increment('orders', 1, tags[index]),
    () => new Promise((resolve) => client.flush(resolve)),
    pace,
  );
  await new Promise((resolve) => client.close(resolve));
  return row;
}

async function ddTrace() {
  const { DogStatsDClient } = require('dd-trace/packages/dd-trace/src/dogstatsd.js');
  const { MetricsAggregationClient } = require('dd-trace/packages/dd-trace/src/dogstatsd.js');
  const client = new MetricsAggregationClient(
    new DogStatsDClient({ host: '127.0.0.1', port, tags: [], lookup: require('node:dns').lookup }),
  );
  const lists = tags.map((one) => Object.entries(one).map(([key, value]) => `${key}:${value}`));
  return run(
    'dd-trace client (per 10 s)',
    (index) => client.increment('orders', 1, lists[index]),
    () => client.flush(),
  );
}

const rows = [
  await signalbox(),
  await ddTrace(),
  await hotShots(
    'hot-shots, default (scaled from a tenth)',
    {},
    { calls: CALLS / 10, yieldEvery: 50, scale: 10 },
  ),
  await hotShots('hot-shots, maxBufferSize 1432', { maxBufferSize: 1_432 }),
  await hotShots('hot-shots, aggregation', { maxBufferSize: 1_432, aggregation: { flushInterval: 10_000 } }),
];
console.log(`${CALLS} increments over ${SERIES} series`);
console.table(rows);
process.exit(0);
