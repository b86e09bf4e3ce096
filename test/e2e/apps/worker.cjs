// Makes one span in the main thread and one in a worker thread.
const { trace } = require('@opentelemetry/api');
const { isMainThread, Worker } = require('node:worker_threads');

trace
  .getTracer('test')
  .startSpan(isMainThread ? 'main' : 'worker')
  .end();
if (isMainThread) new Worker(__filename).on('exit', () => console.log('ready'));
