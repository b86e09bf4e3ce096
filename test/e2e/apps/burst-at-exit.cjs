// A span every few milliseconds; at SIGTERM a hundred more, and an exit in the same breath.
const { trace } = require('@opentelemetry/api');

const tracer = trace.getTracer('burst');
setInterval(() => tracer.startSpan('tick').end(), 10);
process.on('SIGTERM', () => {
  for (let index = 0; index < 100; index++) tracer.startSpan(`last ${index}`).end();
  process.exit(0);
});
console.log('ready');
