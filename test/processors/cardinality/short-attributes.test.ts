import type { Meter } from '@opentelemetry/api';
import {
  AggregationTemporality,
  MeterProvider,
  MetricReader,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics';
import { Guards } from '../../../processors/cardinality/guards.ts';
import { guardMeterProvider } from '../../../processors/cardinality/meter.ts';
import { withDefaults } from '../../../processors/cardinality/options.ts';
import { restoreAttributes } from '../../../processors/cardinality/short-attributes.ts';

class Reader extends MetricReader {
  protected async onForceFlush(): Promise<void> {}
  protected async onShutdown(): Promise<void> {}
}

function rig(temporality: AggregationTemporality, isShort: boolean) {
  const reader = new Reader({ aggregationTemporalitySelector: () => temporality });
  const guards = new Guards(withDefaults({ limit: 6 }));
  if (isShort) guards.shorten();
  const meter = guardMeterProvider(new MeterProvider({ readers: [reader] }), guards).getMeter('test');
  return { meter, collect: async () => (await reader.collect()).resourceMetrics };
}

/** Every kind of instrument, with series that come again, that are one too many, and without attributes. */
function record(meter: Meter): () => void {
  const instruments = [meter.createHistogram('duration'), meter.createGauge('size')];
  const counter = meter.createCounter('count');
  const gauge = meter.createObservableGauge('observed');
  gauge.addCallback((result) => {
    for (let index = 0; index < 9; index++) result.observe(index, { shard: index % 8, zone: 'a' });
    result.observe(3);
  });
  const upDown = meter.createUpDownCounter('open');
  return () => {
    for (let index = 0; index < 24; index++) {
      const attributes = { zone: ['a', 'b'], shard: index % 8, 'user.id': `u${index}` };
      for (const instrument of instruments) instrument.record(index, attributes);
      counter.add(index, { shard: index % 8 });
      upDown.add(-index, { shard: index % 3, zone: 'c' });
    }
    for (const instrument of instruments) instrument.record(1);
    counter.add(1);
  };
}

/** What a backend would get, without the times. */
function pointsOf({ scopeMetrics }: ResourceMetrics) {
  return scopeMetrics
    .flatMap(({ metrics }) => metrics)
    .map(({ descriptor, dataPoints }) => ({
      name: descriptor.name,
      points: dataPoints.map(({ attributes, value }) => ({ attributes, value })),
    }));
}

describe.each([
  ['cumulative', AggregationTemporality.CUMULATIVE],
  ['delta', AggregationTemporality.DELTA],
])('attributes of %s metrics that a number stood for', (_name, temporality) => {
  it('come out as those that were recorded, for every kind of instrument and overflow', async () => {
    const [short, plain] = [rig(temporality, true), rig(temporality, false)];
    const records = [record(short.meter), record(plain.meter)];
    for (let cycle = 0; cycle < 3; cycle++) {
      for (const again of records) again();
      const restored = pointsOf(restoreAttributes(await short.collect()));
      expect(restored).toEqual(pointsOf(await plain.collect()));
      expect(restored.find(({ name }) => name === 'duration')?.points.length).toBe(7);
      expect(JSON.stringify(restored)).toContain('otel.metric.overflow');
    }
  });

  it('are one number for the SDK, which finds the same series by it', async () => {
    const { meter, collect } = rig(temporality, true);
    const histogram = meter.createHistogram('duration');
    histogram.record(1, { method: 'GET', status: 200 });
    histogram.record(2, { status: 200, method: 'GET' });
    histogram.record(3, { status: 500, method: 'GET' });
    const points = pointsOf(await collect())[0]?.points;
    expect(points?.map(({ attributes }) => Object.entries(attributes))).toEqual([
      [['series', 0]],
      [['series', 1]],
    ]);
  });
});

it('what has none of ours stays the same', async () => {
  const { meter, collect } = rig(AggregationTemporality.DELTA, false);
  meter.createHistogram('duration').record(1, { series: 3 });
  const collected = await collect();
  expect(pointsOf(restoreAttributes(collected))).toEqual(pointsOf(collected));
});
