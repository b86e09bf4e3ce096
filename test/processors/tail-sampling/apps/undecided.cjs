// Makes traces whose roots never end, more than the buffer takes, and says how much heap they took at most.
const { setImmediate: turn } = require('node:timers/promises');
const { ROOT_CONTEXT, trace } = require('@opentelemetry/api');

const tracer = trace.getTracer('undecided');
const attributes = (number) => ({
  'http.request.method': 'GET',
  'http.route': '/users/{id}',
  'url.path': `/users/${number}`,
  'http.response.status_code': 200,
});

async function main() {
  let base = 0;
  let largest = 0;
  for (let number = 0; number < 30_000; number++) {
    const root = tracer.startSpan('root', { attributes: attributes(number), root: true });
    const context = trace.setSpan(ROOT_CONTEXT, root);
    for (let child = 0; child < 5; child++) {
      tracer.startSpan('child', { attributes: attributes(child) }, context).end();
    }
    if (number % 1_000 !== 0) continue;
    await turn();
    globalThis.gc();
    const { heapUsed } = process.memoryUsage();
    if (number === 0) base = heapUsed;
    largest = Math.max(largest, heapUsed - base);
  }
  console.log(JSON.stringify({ largest }));
  process.kill(process.pid, 'SIGKILL');
}

void main();
