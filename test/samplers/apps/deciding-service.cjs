// A service of one tracer. `GET /` starts a span from the request's headers, ends it, and answers with
// the trace's id, whether this service keeps it, and the headers that it would send on.
// TRACER=signalbox (preloaded), datadog or otel; RATE is the share that it keeps.
const http = require('node:http');

const services = { signalbox: viaApi, datadog, otel };

/** dd-trace, deciding anew where no priority came in. */
function datadog() {
  const tracer = require('dd-trace').init({
    startupLogs: false,
    plugins: false,
    telemetry: { enabled: false },
    remoteConfig: { enabled: false },
    sampleRate: Number(process.env.RATE),
    rateLimit: -1,
  });
  return (incoming) => {
    const span = tracer.startSpan('work', { childOf: tracer.extract('http_headers', incoming) ?? undefined });
    const headers = {};
    tracer.inject(span, 'http_headers', headers);
    span.finish();
    const kept = Number(headers['x-datadog-sampling-priority']) > 0;
    return { traceId: span.context().toTraceId(true), kept, headers };
  };
}

/** The plain OpenTelemetry SDK with its consistent probability sampler. */
function otel() {
  const { propagation, trace } = require('@opentelemetry/api');
  const { W3CTraceContextPropagator } = require('@opentelemetry/core');
  const composite = require('@opentelemetry/sampler-composite');
  const { TracerProvider } = require('@opentelemetry/sdk-trace');
  const share = composite.createComposableProbabilitySampler(Number(process.env.RATE));
  trace.setGlobalTracerProvider(new TracerProvider({ sampler: composite.createCompositeSampler(share) }));
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  return viaApi();
}

function viaApi() {
  const { propagation, ROOT_CONTEXT, trace } = require('@opentelemetry/api');
  const tracer = trace.getTracer('service');
  return (incoming) => {
    const parent = propagation.extract(ROOT_CONTEXT, incoming);
    const span = tracer.startSpan('work', {}, parent);
    const headers = {};
    propagation.inject(trace.setSpan(parent, span), headers);
    span.end();
    const { traceId, traceFlags } = span.spanContext();
    return { traceId, kept: (traceFlags & 1) === 1, headers };
  };
}

const decide = services[process.env.TRACER]();
// The headers of the test's own HTTP client must not count.
const server = http.createServer((request, response) =>
  response.end(JSON.stringify(decide(request.headers))),
);
server.listen(0, '127.0.0.1', () => console.log(`port ${server.address().port}`));
