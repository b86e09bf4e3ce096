// Ends spans with ten attributes, a thousand in one turn and then again, and says how many bytes of heap
// each took until it was encoded: the median of several times, since what is compiled meanwhile counts too.
// With a young generation large enough there is no collection in between.
const { trace } = require('@opentelemetry/api');
const { SHAPES } = require('../../../bench/end-to-end/shapes.cjs');

const { name, kind, attributes } = SHAPES.http;
const tracer = trace.getTracer('guard');
const AMOUNT = 1_000;
const ROUNDS = 7;
let kept;

/** Bytes of heap for each call. */
function measure(run) {
  globalThis.gc();
  const before = process.memoryUsage().heapUsed;
  for (let index = 0; index < AMOUNT; index++) run(index);
  return (process.memoryUsage().heapUsed - before) / AMOUNT;
}

const keep = (index) => {
  kept = attributes(index);
};
const span = (index) => tracer.startSpan(name, { kind, attributes: attributes(index) }).end();

const median = (numbers) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1];

async function main() {
  const rounds = [];
  for (let round = 0; round < ROUNDS; round++) {
    rounds.push({ own: measure(keep), all: measure(span) });
    await trace.getTracerProvider().getDelegate().forceFlush();
  }
  const heap = median(rounds.map(({ all }) => all)) - median(rounds.map(({ own }) => own));
  // What is kept is read, or making it could be left out.
  console.log(JSON.stringify({ heap, spans: kept ? AMOUNT * ROUNDS : 0 }));
}

void main();
