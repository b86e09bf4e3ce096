// Ends ten spans, then its event loop is blocked for a second: a signal has to wait that long.
const { writeSync } = require('node:fs');
const { trace } = require('@opentelemetry/api');

const tracer = trace.getTracer('test');
for (let index = 0; index < 10; index++) tracer.startSpan(`span ${index}`).end();
setInterval(() => {}, 1_000);
setTimeout(() => {
  writeSync(1, 'ready\n');
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_000);
  if (process.argv[2] === 'exit') process.exit(4);
}, 50);
