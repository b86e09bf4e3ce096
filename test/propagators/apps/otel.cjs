// Preload: a plain OpenTelemetry SDK, default propagators unless STYLE names B3.
const { context, propagation, trace } = require('@opentelemetry/api');
const { AsyncLocalStorageContextManager } = require('@opentelemetry/context-async-hooks');
const {
  CompositePropagator,
  W3CBaggagePropagator,
  W3CTraceContextPropagator,
} = require('@opentelemetry/core');
const { registerInstrumentations } = require('@opentelemetry/instrumentation');
const { HttpInstrumentation } = require('@opentelemetry/instrumentation-http');
const { UndiciInstrumentation } = require('@opentelemetry/instrumentation-undici');
const { B3InjectEncoding, B3Propagator } = require('@opentelemetry/propagator-b3');
const { TracerProvider } = require('@opentelemetry/sdk-trace');

const encodings = { b3: B3InjectEncoding.SINGLE_HEADER, b3multi: B3InjectEncoding.MULTI_HEADER };
const { STYLE = '' } = process.env;
const propagators =
  encodings[STYLE] === undefined
    ? [new W3CTraceContextPropagator(), new W3CBaggagePropagator()]
    : [new B3Propagator({ injectEncoding: encodings[STYLE] }), new W3CBaggagePropagator()];
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
propagation.setGlobalPropagator(new CompositePropagator({ propagators }));
trace.setGlobalTracerProvider(new TracerProvider());
registerInstrumentations({ instrumentations: [new HttpInstrumentation(), new UndiciInstrumentation()] });
