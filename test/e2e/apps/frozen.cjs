// A function of a serverless platform: it handles one event per line of stdin, flushes, and says so; the
// platform freezes it in between.
const { once } = require('node:events');
const { createInterface } = require('node:readline');
const { logs, metrics, trace } = require('@opentelemetry/api');
const { forceFlush } = require('signalbox');

const jobs = metrics.getMeter('frozen').createCounter('jobs');

async function handle(event) {
  trace.getTracer('frozen').startSpan(event).end();
  logs.getLogger('frozen').emit({ body: event });
  jobs.add(1);
  try {
    await forceFlush();
    console.log(`flushed ${event}`);
  } catch (error) {
    console.log(`failed ${event}: ${error.message}`);
  }
}

const lines = createInterface({ input: process.stdin });
let last = Promise.resolve();
lines.on('line', (event) => {
  last = last.then(() => handle(event));
});
void once(lines, 'close').then(() => last);
