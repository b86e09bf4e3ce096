// Ends naturally with an exit code of its own.
const { trace } = require('@opentelemetry/api');

trace.getTracer('test').startSpan('last words').end();
process.exitCode = 3;
console.log('ready');
