// A parent and a forked child that ends with a code of its own.
const { fork } = require('node:child_process');
const { trace } = require('@opentelemetry/api');

if (process.argv[2] === 'child') {
  trace.getTracer('app').startSpan('in the child').end();
  process.exitCode = 7;
} else {
  trace.getTracer('app').startSpan('in the parent').end();
  fork(__filename, ['child']).on('exit', (code, signal) => console.log(`child ${code} ${signal}`));
}
