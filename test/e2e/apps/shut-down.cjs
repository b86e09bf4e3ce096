// Makes one of everything, shuts Signalbox down and has nothing more to do.
const { logs, metrics, trace } = require('@opentelemetry/api');
const { start } = require('../../../dist/index.cjs');

const box = start();
trace.getTracer('t').startSpan('last').end();
metrics.getMeter('t').createCounter('last').add(1);
logs.getLogger('t').emit({ body: 'last' });
void box.shutdown().then(() => {
  const { dropped, inMemory } = box.stats().find(({ signal }) => signal === 'traces');
  console.log('done', JSON.stringify({ dropped, inMemory }));
});
