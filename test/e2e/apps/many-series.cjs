// Counts under ever new values, over several collections, and names a user in a span.
const { metrics, trace } = require('@opentelemetry/api');
const { setTimeout: sleep } = require('node:timers/promises');

const counter = metrics.getMeter('shop').createCounter('calls');
const perCycle = 400;
const cycles = 6;

async function main() {
  trace
    .getTracer('shop')
    .startSpan('login', { attributes: { mail: 'ada@example.com' } })
    .end();
  for (let cycle = 0; cycle < cycles; cycle++) {
    for (let index = 0; index < perCycle; index++) {
      const id = cycle * perCycle + index;
      counter.add(1, { shard: id, 'gen_ai.tool.name': `tool-${id}`, 'user.id': `u${id}` });
    }
    await sleep(120);
  }
}

void main();
