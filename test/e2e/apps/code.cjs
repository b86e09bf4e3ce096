// Starts from code, flushes, and stops.
const { metrics, trace } = require('@opentelemetry/api');
const { forceFlush, shutdown, start } = require('../../../dist/index.cjs');

const seen = [];
const box = start({
  config: { service: { name: 'from code' }, logs: { exporters: ['none'] } },
  spanProcessors: [
    {
      onStart: () => {},
      onEnd: (span) => seen.push(span.name),
      forceFlush: () => Promise.resolve(),
      shutdown: () => Promise.resolve(),
    },
  ],
});

async function main() {
  trace.getTracer('test').startSpan('flushed').end();
  metrics.getMeter('test').createCounter('things').add(2);
  await forceFlush();
  console.log(`flushed ${JSON.stringify(seen)} ${box.running} ${box.problems.length}`);
  trace.getTracer('test').startSpan('shut down').end();
  const again = start();
  console.log(`again ${again === box}`);
  await shutdown();
  await shutdown();
  for (const { destination, signal, accepted, delivered } of box.stats()) {
    console.log(`stats ${destination} ${signal} ${accepted} ${delivered}`);
  }
}

void main();
