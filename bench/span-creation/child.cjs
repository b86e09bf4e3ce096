// Measures one implementation alone in this process: CPU of the main thread in ns per span.
const { join } = require('node:path');
const { measureCall } = require('../support/race.mjs');

const ROOT = join(__dirname, '..', '..');
const [name] = process.argv.slice(2);

const noop = { onStart() {}, onEnd() {}, forceFlush: async () => {}, shutdown: async () => {} };
const attributesOf = (index) => ({
  'http.request.method': 'GET',
  'http.route': index & 1 ? '/users/:id' : '/orders/:id',
  'http.response.status_code': 200,
  'app.cached': false,
});

function otel(load, samplerOf) {
  return () => {
    const api = require('@opentelemetry/api');
    const { AsyncLocalStorageContextManager } = require('@opentelemetry/context-async-hooks');
    api.context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    const Provider = load();
    const sampler = samplerOf(require('@opentelemetry/sdk-trace'));
    return cases(api, new Provider({ sampler, spanProcessors: [noop] }).getTracer('bench'));
  };
}

function cases({ ROOT_CONTEXT, trace }, tracer) {
  const parent = trace.setSpan(ROOT_CONTEXT, tracer.startSpan('parent', {}, ROOT_CONTEXT));
  return {
    'root, options': (index) => tracer.startSpan('GET /users', { attributes: attributesOf(index) }).end(),
    'root, setAttribute': (index) => {
      const span = tracer.startSpan('GET /users');
      const attributes = attributesOf(index);
      for (const key in attributes) span.setAttribute(key, attributes[key]);
      span.end();
    },
    child: (index) => tracer.startSpan('GET /users', { attributes: attributesOf(index) }, parent).end(),
  };
}

/** The whole of Signalbox, with nothing but the decision to do. */
function signalboxSampledOut(tracer) {
  return () => {
    Object.assign(process.env, {
      OTEL_SERVICE_NAME: 'bench',
      OTEL_METRICS_EXPORTER: 'none',
      OTEL_LOGS_EXPORTER: 'none',
      OTEL_LOG_LEVEL: 'error',
      OTEL_NODE_DISABLED_INSTRUMENTATIONS: 'http,undici,runtime-node,express,pino,winston,bunyan',
      OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
      OTEL_TRACES_SAMPLER_ARG: '0',
      SIGNALBOX_TRACER: tracer,
    });
    require(join(ROOT, 'dist', 'index.cjs')).start();
    const api = require('@opentelemetry/api');
    return cases(api, api.trace.getTracer('bench'));
  };
}

function ddTrace() {
  Object.assign(process.env, {
    DD_INSTRUMENTATION_TELEMETRY_ENABLED: 'false',
    DD_TRACE_STARTUP_LOGS: 'false',
  });
  const tracer = require('dd-trace').init({ plugins: false });
  // It formats spans when they finish; encoding and sending are measured elsewhere.
  tracer._tracer._exporter.export = () => {};
  const parent = tracer.startSpan('parent');
  let childOf = parent;
  let children = 0;
  return {
    'root, options': (index) => tracer.startSpan('GET /users', { tags: attributesOf(index) }).finish(),
    'root, setAttribute': (index) => {
      const span = tracer.startSpan('GET /users');
      const attributes = attributesOf(index);
      for (const key in attributes) span.setTag(key, attributes[key]);
      span.finish();
    },
    // A trace is formatted when its last span ends: ten spans each.
    child: (index) => {
      if (++children % 10 === 0) {
        childOf.finish();
        childOf = tracer.startSpan('parent');
      }
      tracer.startSpan('GET /users', { tags: attributesOf(index), childOf }).finish();
    },
  };
}

const sdk = () => require('@opentelemetry/sdk-trace').TracerProvider;
const lean = () => require(join(ROOT, 'dist', 'tracer.cjs')).LeanTracerProvider;
const early = () => require(join(ROOT, 'dist', 'tracer.cjs')).EarlyTracerProvider;
const on = ({ AlwaysOnSampler }) => new AlwaysOnSampler();
const off = ({ AlwaysOffSampler }) => new AlwaysOffSampler();
const ratio = ({ ParentBasedSampler, TraceIdRatioBasedSampler }) =>
  new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(0) });

const IMPLEMENTATIONS = {
  'OTel SDK': otel(sdk, on),
  'dd-trace': ddTrace,
  'Signalbox, lean': otel(lean, on),
  'Signalbox, sdk': otel(early, on),
  'OTel SDK, off': otel(sdk, off),
  'Signalbox, lean, off': otel(lean, off),
  'Signalbox, sdk, off': otel(early, off),
  'OTel SDK, ratio 0': otel(sdk, ratio),
  'Signalbox, lean, ratio 0': signalboxSampledOut('lean'),
  'Signalbox, sdk, ratio 0': signalboxSampledOut('sdk'),
};

const result = {};
for (const [title, run] of Object.entries(IMPLEMENTATIONS[name]())) result[title] = measureCall(run);
process.send(result, () => process.exit(0));
