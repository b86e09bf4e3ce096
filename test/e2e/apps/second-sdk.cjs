// An application that still has an OpenTelemetry set-up of its own.
const { trace } = require('@opentelemetry/api');
const { TracerProvider } = require('@opentelemetry/sdk-trace');

trace.setGlobalTracerProvider(new TracerProvider());
trace.getTracer('test').startSpan('mine').end();
console.log('ready');
