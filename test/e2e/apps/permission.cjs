// Node's permission model is no obstacle, whatever it forbids.
const { trace } = require('@opentelemetry/api');

trace.getTracer('permission').startSpan('permitted').end();
process.exitCode = 9;
