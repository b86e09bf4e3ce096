// Preloaded before register.js: registers another OpenTelemetry SDK.
const { trace } = require('@opentelemetry/api');
const { TracerProvider } = require('@opentelemetry/sdk-trace');

trace.setGlobalTracerProvider(new TracerProvider());
