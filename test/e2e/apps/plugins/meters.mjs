import { writeSync } from 'node:fs';
import { defineComponent } from 'signalbox';

/** Adds an attribute to what histograms record, if asked to, and tells the attributes of points on their way. */
export default defineComponent({
  kind: 'processor',
  name: 'acme_meters',
  stability: 'stable',
  doc: 'A test.',
  variables: [],
  fromEnv: () => undefined,
  create: () => ({
    ...(process.env.ACME_WRAPS ? { meters: wrap } : {}),
    metrics: (next) => ({
      export: (metrics, done) => {
        for (const { descriptor, dataPoints } of metrics.scopeMetrics.flatMap((scope) => scope.metrics))
          if (descriptor.name === 'acme.duration')
            for (const { attributes } of dataPoints) writeSync(1, `passing ${JSON.stringify(attributes)}\n`);
        next.export(metrics, done);
      },
      forceFlush: () => next.forceFlush(),
      shutdown: () => next.shutdown(),
    }),
  }),
});

function wrap(provider) {
  const getMeter = (...args) => {
    const meter = provider.getMeter(...args);
    return Object.create(meter, {
      createHistogram: {
        value: (...of) => {
          const histogram = meter.createHistogram(...of);
          const record = (value, attributes) =>
            histogram.record(value, { ...attributes, seen: attributes.route });
          return { record };
        },
      },
    });
  };
  return Object.create(provider, { getMeter: { value: getMeter } });
}
