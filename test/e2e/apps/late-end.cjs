// Ends naturally while the request with its span is under way.
const { trace } = require('@opentelemetry/api');

trace.getTracer('test').startSpan('under way').end();
setTimeout(() => console.log('ready'), 600);
