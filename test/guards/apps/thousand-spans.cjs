// Ends 2,000 spans with ten attributes and says how many bytes of heap each took until it was encoded.
// With a young generation large enough there is no collection in between, so that the figure is stable.
const { trace } = require('@opentelemetry/api');
const { SHAPES } = require('../../../bench/end-to-end/shapes.cjs');

const { name, kind, attributes } = SHAPES.http;
const tracer = trace.getTracer('guard');
const AMOUNT = 2_000;

function spans() {
  for (let index = 0; index < AMOUNT; index++) {
    tracer.startSpan(name, { kind, attributes: attributes(index) }).end();
  }
}

spans();
globalThis.gc();
const before = process.memoryUsage().heapUsed;
for (let index = 0; index < AMOUNT; index++) attributes(index);
const own = process.memoryUsage().heapUsed - before;
const start = process.memoryUsage().heapUsed;
spans();
console.log(JSON.stringify({ heap: Math.round((process.memoryUsage().heapUsed - start - own) / AMOUNT) }));
