import { writeSync } from 'node:fs';
import { defineComponent, text, variable } from 'signalbox';

const say = (line) => writeSync(1, `${line}\n`);
const common = { stability: 'stable', doc: 'A test.', variables: [], fromEnv: () => undefined };
const LABEL = variable({
  name: 'ACME_LABEL',
  type: text(),
  default: 'plain',
  topic: 'ACME',
  yaml: 'acme.label',
  doc: 'A label.',
});

/** A sampler that keeps what its name says. */
const sampler = defineComponent({
  ...common,
  kind: 'sampler',
  name: 'acme_sampler',
  create: () => ({
    shouldSample: (_context, _traceId, name) => ({
      decision: name.includes('noise') ? 0 : 2,
      attributes: { sampled: 'acme' },
    }),
    toString: () => 'acme_sampler',
  }),
});

const propagator = defineComponent({
  ...common,
  kind: 'propagator',
  name: 'acme_header',
  create: () => ({
    inject: (_context, carrier, setter) => setter.set(carrier, 'x-acme', 'injected'),
    extract: (context) => context,
    fields: () => ['x-acme'],
  }),
});

/** Labels spans and log records on their way, drops one metric, and watches beside the chain. */
const processor = defineComponent({
  ...common,
  kind: 'processor',
  name: 'acme_processor',
  variables: [LABEL],
  fromEnv: (env) => ({ label: env.get(LABEL) }),
  create: ({ label }) => ({
    observe: {
      onStart: (span) => say(`saw ${span.name}`),
      onEnd() {},
      forceFlush: async () => {},
      shutdown: async () => {},
    },
    spans: (next) => ({
      onStart: (span, context) => next.onStart(span, context),
      onEnd: (span) =>
        next.onEnd(
          Object.create(span, { attributes: { value: { ...span.attributes, label }, enumerable: true } }),
        ),
      forceFlush: () => next.forceFlush(),
      shutdown: () => next.shutdown(),
    }),
    logs: (next) => ({
      onEmit: (record, context) => next.onEmit(record.setAttribute('label', label), context),
      forceFlush: () => next.forceFlush(),
      shutdown: () => next.shutdown(),
    }),
    metrics: (next) => ({
      export: (metrics, done) => {
        const scopeMetrics = metrics.scopeMetrics.map((scope) => ({
          ...scope,
          metrics: scope.metrics.filter(({ descriptor }) => descriptor.name !== 'acme.unwanted'),
        }));
        next.export({ ...metrics, scopeMetrics }, done);
      },
      selectAggregationTemporality: (type) => next.selectAggregationTemporality?.(type) ?? 1,
      forceFlush: () => next.forceFlush(),
      shutdown: () => next.shutdown(),
    }),
  }),
});

const instrumentation = defineComponent({
  ...common,
  kind: 'instrumentation',
  name: 'acme_instrumentation',
  create: () => ({
    instrumentationName: 'acme',
    instrumentationVersion: '1.0.0',
    enable() {},
    disable() {},
    setConfig() {},
    getConfig: () => ({}),
    setMeterProvider() {},
    setTracerProvider: (provider) => {
      globalThis.acmeTracer = provider.getTracer('acme');
    },
  }),
});

export default [sampler, propagator, processor, instrumentation];
