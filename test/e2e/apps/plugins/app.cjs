const { context, logs, metrics, propagation, trace } = require('@opentelemetry/api');

const tracer = globalThis.acmeTracer ?? trace.getTracer('app');
tracer.startActiveSpan('work', (span) => {
  const headers = {};
  propagation.inject(context.active(), headers);
  console.log(`headers ${Object.keys(headers).sort().join(',')}`);
  logs.getLogger('app').emit({ body: 'a line' });
  span.end();
});
tracer.startSpan('noise').end();
const meter = metrics.getMeter('app');
meter.createCounter('acme.wanted').add(1);
meter.createCounter('acme.unwanted').add(1);
meter.createHistogram('acme.duration').record(5, { route: '/a', method: 'GET' });
console.log('ready');
