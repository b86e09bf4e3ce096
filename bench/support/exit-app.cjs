// Ends ten spans and then itself, the way its argument says, and tells when that was: the monotonic
// clock of the machine, in ns, on stdout. With dd-trace loaded, the spans are dd-trace's.
const { writeSync } = require('node:fs');
const end = process.argv[2];

if (globalThis[Symbol.for('dd-trace')] && process.env.EXIT_BENCH_PEER === 'dd-trace') {
  const tracer = require('dd-trace');
  for (let index = 0; index < 10; index++) tracer.startSpan(`span ${index}`).finish();
} else {
  const tracer = require('@opentelemetry/api').trace.getTracer('exit');
  for (let index = 0; index < 10; index++) tracer.startSpan(`span ${index}`).end();
}

// So that start-up is over, as in a service that has run for a while.
const settled = Number(process.env.EXIT_BENCH_SETTLE ?? 0);

const ENDS = {
  natural: () => {},
  'exit()': () => process.exit(4),
  throw: () => {
    throw new Error('thrown by the application');
  },
  rejection: () => {
    void Promise.reject(new Error('rejected by the application'));
  },
  SIGTERM: () => setInterval(() => {}, 1_000),
  SIGINT: () => setInterval(() => {}, 1_000),
};

setTimeout(() => {
  writeSync(1, `${process.hrtime.bigint()}\n`);
  ENDS[end]();
}, settled);
