// Takes a trace context in and hands it on by hand, and says what came out.
const { context, propagation, trace } = require('@opentelemetry/api');

const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const carrier = {};
propagation.inject(propagation.extract(context.active(), { traceparent }), carrier);
const span = trace.getTracer('test').startSpan('nothing');
console.log(JSON.stringify({ traceparent: carrier.traceparent, recording: span.isRecording() }));
span.end();
