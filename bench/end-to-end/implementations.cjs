// Every way of tracing that is compared: how it is started, how it makes a trace, how it is flushed.
// Each runs alone in a process (child.cjs). `tick` is called between slices, and may wait.
const { join } = require('node:path');

const ROOT = join(__dirname, '..', '..');
const SPANS_PER_TRACE = 10;

/** Makes a trace through the OpenTelemetry API, whoever is behind it. */
function otelTraces(api, provider = api.trace) {
  const tracer = provider.getTracer('bench');
  const { ROOT_CONTEXT, trace } = api;
  return ({ name, kind, attributes }, index) => {
    const root = tracer.startSpan(name, { kind, attributes: attributes(index), root: true }, ROOT_CONTEXT);
    const parent = trace.setSpan(ROOT_CONTEXT, root);
    for (let child = 1; child < SPANS_PER_TRACE; child++) {
      tracer.startSpan(name, { kind, attributes: attributes(index + child) }, parent).end();
    }
    root.end();
  };
}

/** The plain SDK with its own batch processor and exporter. */
function otel(exporterPackage, exporterName, samplerOf) {
  return () => {
    const api = require('@opentelemetry/api');
    const { BatchSpanProcessor, TracerProvider, TraceIdRatioBasedSampler, ParentBasedSampler } =
      require('@opentelemetry/sdk-trace');
    const { AsyncLocalStorageContextManager } = require('@opentelemetry/context-async-hooks');
    const { resourceFromAttributes } = require('@opentelemetry/resources');
    api.context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    const exporter = new (require(exporterPackage)[exporterName])();
    const provider = new TracerProvider({
      resource: resourceFromAttributes({ 'service.name': 'bench' }),
      spanProcessors: [new BatchSpanProcessor({ exporter })],
      ...(samplerOf ? { sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(0) }) } : {}),
    });
    return { trace: otelTraces(api, provider), flush: () => provider.forceFlush() };
  };
}

const QUIET = {
  OTEL_METRICS_EXPORTER: 'none',
  OTEL_LOGS_EXPORTER: 'none',
  OTEL_NODE_DISABLED_INSTRUMENTATIONS: 'http,undici,runtime-node,express,pino,winston,bunyan',
  OTEL_SERVICE_NAME: 'bench',
};
/** Without what the plain SDK does not do. */
const BARE = {
  SIGNALBOX_REDACTION: 'false',
  SIGNALBOX_CARDINALITY: 'false',
  SIGNALBOX_SPAN_WATCH: 'false',
  SIGNALBOX_GENAI_METRICS: 'false',
  SIGNALBOX_GENAI_PRICING: 'false',
  SIGNALBOX_GENAI_CONTENT: 'full',
};

function signalbox(env) {
  return () => {
    Object.assign(process.env, QUIET, env);
    const { start } = require(join(ROOT, 'dist', 'index.cjs'));
    const box = start();
    return {
      trace: otelTraces(require('@opentelemetry/api')),
      flush: () => box.forceFlush(),
      stats: () => box.stats(),
    };
  };
}

function ddTrace(env) {
  return () => {
    Object.assign(
      process.env,
      { DD_INSTRUMENTATION_TELEMETRY_ENABLED: 'false', DD_TRACE_STARTUP_LOGS: 'false' },
      env,
    );
    const tracer = require('dd-trace').init({ plugins: false, flushInterval: 500 });
    return {
      trace({ name, kind, attributes }, index) {
        const kinds = ['internal', 'server', 'client'];
        const tags = () => ({ 'span.kind': kinds[kind] });
        const root = tracer.startSpan(name, { tags: Object.assign(tags(), attributes(index)) });
        for (let child = 1; child < SPANS_PER_TRACE; child++) {
          const options = { childOf: root, tags: Object.assign(tags(), attributes(index + child)) };
          tracer.startSpan(name, options).finish();
        }
        root.finish();
      },
      // It has no flush; it sends twice a second here.
      flush: () => new Promise((resolve) => setTimeout(resolve, 700)),
    };
  };
}

function ddThroughOtel() {
  return () => {
    Object.assign(process.env, {
      DD_INSTRUMENTATION_TELEMETRY_ENABLED: 'false',
      DD_TRACE_STARTUP_LOGS: 'false',
    });
    const tracer = require('dd-trace').init({ plugins: false, flushInterval: 500 });
    const provider = new tracer.TracerProvider();
    provider.register();
    return {
      trace: otelTraces(require('@opentelemetry/api'), provider),
      flush: () => new Promise((resolve) => setTimeout(resolve, 700)),
    };
  };
}

const HTTP = ['@opentelemetry/exporter-trace-otlp-proto', 'OTLPTraceExporter'];
const GRPC = ['@opentelemetry/exporter-trace-otlp-grpc', 'OTLPTraceExporter'];
const SAMPLED_OUT = { OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0' };

/** By name: how to set it up. What is created lazily is created with the first trace. */
exports.IMPLEMENTATIONS = {
  none: () => ({
    trace: ({ attributes }, index) => {
      for (let span = 0; span < SPANS_PER_TRACE; span++) attributes(index + span);
    },
    flush: async () => {},
  }),
  'OTel SDK, OTLP http': otel(...HTTP),
  'OTel SDK, OTLP gRPC': otel(...GRPC),
  'OTel SDK, sampled out': otel(...HTTP, true),
  'dd-trace': ddTrace({}),
  'dd-trace, OTel bridge': ddThroughOtel(),
  'Signalbox, OTLP http': signalbox(BARE),
  'Signalbox, OTLP http, SDK engine': signalbox({ ...BARE, SIGNALBOX_TRACER: 'sdk' }),
  'Signalbox, OTLP gRPC': signalbox({ ...BARE, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }),
  'Signalbox, Datadog Agent': signalbox({ ...BARE, SIGNALBOX_BACKEND: 'datadog' }),
  'Signalbox, whole default pipeline': signalbox({}),
  'Signalbox, whole pipeline and tail sampling': signalbox({
    SIGNALBOX_SAMPLING_RULES: 'keep error; keep duration > 5s; 1',
  }),
  'Signalbox, sampled out': signalbox({ ...BARE, ...SAMPLED_OUT }),
};
exports.SPANS_PER_TRACE = SPANS_PER_TRACE;
