// Starts and stops several times; afterwards everything is as it was.
const { createServer } = require('node:http');
const { context, propagation, trace } = require('@opentelemetry/api');
const { shutdown, start } = require('../../../dist/index.cjs');

const count = () => process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0);

async function request() {
  const server = createServer((_request, response) => response.end('ok'));
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  await (await fetch(`http://127.0.0.1:${server.address().port}/`)).text();
  await new Promise((resolve) => server.close(resolve));
}

async function main() {
  const rejections = [];
  process.on('unhandledRejection', (reason) => rejections.push(String(reason)));
  const before = count();
  for (const name of ['first', 'second', 'third']) {
    const box = start({ config: { service: { name } } });
    await request();
    await box.shutdown();
    await shutdown();
  }
  await request();
  trace.getTracer('test').startSpan('after').end();
  await new Promise((resolve) => setImmediate(resolve));
  const headers = {};
  propagation.inject(
    trace.setSpanContext(context.active(), {
      traceId: '1'.repeat(32),
      spanId: '2'.repeat(16),
      traceFlags: 1,
    }),
    headers,
  );
  console.log(
    JSON.stringify({
      listeners: count() - before,
      rejections,
      headers,
      box: Symbol.for('signalbox.box') in globalThis,
    }),
  );
}

void main();
