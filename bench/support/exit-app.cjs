// Ends ten spans and then itself, the way its argument says, and tells when that was: the monotonic
// clock of the machine, in ns, on stdout. With dd-trace loaded, the spans are dd-trace's.
const { writeSync } = require('node:fs');
const end = process.argv[2];

/** Ends a span of this name. */
function endSpan(name) {
  if (process.env.EXIT_BENCH_PEER === 'dd-trace') require('dd-trace').startSpan(name).finish();
  else require('@opentelemetry/api').trace.getTracer('exit').startSpan(name).end();
}

// As in a service that has run for a while: start-up is over, and something was sent already.
const settled = Number(process.env.EXIT_BENCH_SETTLE ?? 0);
if (settled > 0) endSpan('before');

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
  for (let index = 0; index < 10; index++) endSpan(`span ${index}`);
  writeSync(1, `${process.hrtime.bigint()}\n`);
  ENDS[end]();
}, settled);
