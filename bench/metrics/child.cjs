// Measures one way of counting alone in this process: CPU of the main thread in ns per call.
const { join } = require('node:path');
const { measureCall } = require('../support/race.mjs');

const ROOT = join(__dirname, '..', '..');
const [name] = process.argv.slice(2);
const SERIES = 100;

const attributes = Array.from({ length: SERIES }, (_, index) => ({
  'http.route': `/items/${index}`,
  'http.request.method': 'GET',
  'http.response.status_code': index % 2 ? 200 : 500,
}));

function through(meter) {
  const counter = meter.createCounter('calls');
  const histogram = meter.createHistogram('duration');
  return {
    'counter.add': (index) => counter.add(1, attributes[index % SERIES]),
    'counter.add, new object': (index) => counter.add(1, { ...attributes[index % SERIES] }),
    'histogram.record': (index) => histogram.record(index % 1_000, attributes[index % SERIES]),
  };
}

function sdk() {
  const {
    InMemoryMetricExporter,
    MeterProvider,
    PeriodicExportingMetricReader,
  } = require('@opentelemetry/sdk-metrics');
  const exporter = new InMemoryMetricExporter(1);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
  return through(new MeterProvider({ readers: [reader] }).getMeter('bench'));
}

function signalbox(env) {
  return () => {
    Object.assign(process.env, {
      OTEL_SERVICE_NAME: 'bench',
      OTEL_TRACES_EXPORTER: 'none',
      OTEL_LOGS_EXPORTER: 'none',
      OTEL_LOG_LEVEL: 'none',
      OTEL_METRIC_EXPORT_INTERVAL: '3600000',
      OTEL_NODE_DISABLED_INSTRUMENTATIONS: 'http,undici,runtime-node,express,pino,winston,bunyan',
      // Nobody is there, and nothing is sent.
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9',
      ...env,
    });
    require(join(ROOT, 'dist', 'index.cjs')).start();
    return through(require('@opentelemetry/api').metrics.getMeter('bench'));
  };
}

function ddTrace() {
  Object.assign(process.env, {
    DD_INSTRUMENTATION_TELEMETRY_ENABLED: 'false',
    DD_TRACE_STARTUP_LOGS: 'false',
    // Nobody is there, and nothing is sent within the time that this takes.
    DD_DOGSTATSD_PORT: '9',
  });
  // The client that applications get, which takes tags as an object.
  const { dogstatsd } = require('dd-trace').init({ plugins: false });
  return {
    'counter.add': (index) => dogstatsd.increment('calls', 1, attributes[index % SERIES]),
    'counter.add, new object': (index) => dogstatsd.increment('calls', 1, { ...attributes[index % SERIES] }),
    'histogram.record': (index) => dogstatsd.histogram('duration', index % 1_000, attributes[index % SERIES]),
  };
}

/** The client below it, with tags that are lists of texts already. */
function ddTraceLists() {
  const {
    DogStatsDClient,
    MetricsAggregationClient,
  } = require('dd-trace/packages/dd-trace/src/dogstatsd.js');
  const { lookup } = require('node:dns');
  const client = new MetricsAggregationClient(
    new DogStatsDClient({ host: '127.0.0.1', port: 9, tags: [], lookup }),
  );
  const tags = attributes.map((one) => Object.entries(one).map(([key, value]) => `${key}:${value}`));
  return {
    'counter.add': (index) => client.increment('calls', 1, tags[index % SERIES]),
    'histogram.record': (index) => client.histogram('duration', index % 1_000, tags[index % SERIES]),
  };
}

function boundCounters() {
  signalbox({})();
  const { bindCounter } = require(join(ROOT, 'dist', 'processors.cjs'));
  const counter = require('@opentelemetry/api').metrics.getMeter('bench').createCounter('bound');
  const bound = attributes.map((one) => bindCounter(counter, one));
  return { 'counter.add': (index) => bound[index % SERIES].add(1) };
}

const IMPLEMENTATIONS = {
  'OTel SDK': sdk,
  'dd-trace': ddTrace,
  'dd-trace, tags as lists': ddTraceLists,
  Signalbox: signalbox({}),
  'Signalbox, bindCounter': boundCounters,
  'Signalbox without limits': signalbox({ SIGNALBOX_CARDINALITY: 'false' }),
};

const result = {};
for (const [title, run] of Object.entries(IMPLEMENTATIONS[name]())) result[title] = measureCall(run);
process.send(result, () => process.exit(0));
