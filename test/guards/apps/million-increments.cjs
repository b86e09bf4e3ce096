// Counts a million over 100 series and says how many bytes of heap each call took. What is sent for it is
// counted by the test.
const { metrics } = require('@opentelemetry/api');

const CALLS = 1_000_000;
const attributes = Array.from({ length: 100 }, (_, index) => ({
  'http.route': `/items/${index}`,
  'http.request.method': 'GET',
  'http.response.status_code': index % 2 ? 200 : 500,
}));
const counter = metrics.getMeter('guard').createCounter('orders');

function count(calls) {
  for (let index = 0; index < calls; index++) counter.add(1, attributes[index % attributes.length]);
}

count(CALLS / 10);
globalThis.gc();
const before = process.memoryUsage().heapUsed;
count(CALLS - CALLS / 10);
console.log(JSON.stringify({ heap: (process.memoryUsage().heapUsed - before) / (CALLS - CALLS / 10) }));
