// Answers a request with the trace ids that are active in its events, a generator and timers.
const http = require('node:http');
const { trace } = require('@opentelemetry/api');
const { setImmediate: immediately, setTimeout: later } = require('node:timers/promises');

const seen = {};
const note = (where) => {
  seen[where] = trace.getActiveSpan()?.spanContext().traceId;
};

async function* parts() {
  for (let part = 0; part < 2; part++) {
    await immediately();
    note(`generator ${part}`);
    yield part;
  }
}

async function work() {
  for await (const part of parts()) note(`loop ${part}`);
  await later(1);
  note('timers/promises');
  await new Promise((resolve) => setTimeout(resolve, 1));
  note('setTimeout');
  await new Promise((resolve) => process.nextTick(resolve));
  note('nextTick');
}

const server = http.createServer((request, response) => {
  request.on('data', () => note('data'));
  request.on('end', () => {
    note('end');
    void work().then(() => response.end(JSON.stringify(seen)));
  });
});
server.listen(0, '127.0.0.1', () => console.log(`port ${server.address().port}`));
