// A few traces of a small shop: --traces=N healthy ones, one that fails, one slow, one health check.
const { SpanStatusCode, trace } = require('@opentelemetry/api');

const tracer = trace.getTracer('shop');
const count = Number(
  process.argv.find((arg) => arg.startsWith('--traces='))?.slice('--traces='.length) ?? 10,
);

function order(name, attributes, body = () => {}) {
  tracer.startActiveSpan(name, { attributes }, (span) => {
    tracer.startActiveSpan('charge', (child) => {
      body(child);
      child.end();
    });
    span.end();
  });
}

for (let index = 0; index < count; index++) order('order', { 'url.path': '/orders' });
order('health', { 'url.path': '/healthz' });
order('failed order', { 'url.path': '/orders' }, (span) =>
  span.setStatus({ code: SpanStatusCode.ERROR, message: 'card refused' }),
);
const started = Date.now();
const slow = tracer.startSpan('slow order', { startTime: started - 60_000 });
slow.end(started);
console.log('ready');
