// Traces that a small buffer has to decide early, for every reason, and a span that comes late.
const { setTimeout } = require('node:timers/promises');
const { ROOT_CONTEXT, SpanStatusCode, trace } = require('@opentelemetry/api');

const tracer = trace.getTracer('pressure');
const root = (name) => tracer.startSpan(name, {}, ROOT_CONTEXT);
const below = (parent, attributes = {}) =>
  tracer.startSpan('child', { attributes }, trace.setSpan(ROOT_CONTEXT, parent));

async function main() {
  const failed = root('failed');
  failed.setStatus({ code: SpanStatusCode.ERROR });
  failed.end();
  root('fine').end();

  const long = root('one long trace');
  for (let at = 0; at < 25; at++) below(long).end();
  long.end();
  for (const parent of [1, 2, 3, 4].map((at) => root(`many ${at}`))) {
    for (let at = 0; at < 15; at++) below(parent).end();
  }
  below(root('heavy'), { text: 'x'.repeat(300_000) }).end();

  const lingering = root('root ends first');
  const child = below(lingering);
  lingering.end();
  root('never ends');
  await setTimeout(900);
  child.end();
  const open = root('open at the end');
  below(open).end();
  console.log('ready');
  setInterval(() => {}, 1000);
  process.kill(process.pid, 'SIGTERM');
}

void main();
