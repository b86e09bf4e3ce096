// A span every few milliseconds, until a signal ends the process.
const { trace } = require('@opentelemetry/api');

const tracer = trace.getTracer('ticks');
setInterval(() => tracer.startSpan('tick').end(), 10);
console.log('ready');
