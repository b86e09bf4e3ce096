/** The collection without a promise gives what the SDK's own gives; this fails when the SDK changes inside. */
import {
  AggregationTemporality,
  MeterProvider,
  type MetricProducer,
  MetricReader,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics';
import { collectNow } from '../../../exporters/delivery/collect-now.ts';

class Reader extends MetricReader {
  producer: MetricProducer | undefined;

  override setMetricProducer(producer: MetricProducer): void {
    this.producer = producer;
    super.setMetricProducer(producer);
  }

  protected async onForceFlush(): Promise<void> {}
  protected async onShutdown(): Promise<void> {}
}

function setUp(temporality: AggregationTemporality) {
  const readers = [1, 2].map(() => new Reader({ aggregationTemporalitySelector: () => temporality }));
  const provider = new MeterProvider({ readers });
  const meter = provider.getMeter('shop', '1.0');
  const counter = meter.createCounter('jobs');
  const histogram = meter.createHistogram('took', { unit: 'ms' });
  meter.createUpDownCounter('open').add(2);
  counter.add(3, { kind: 'a' });
  counter.add(4, { kind: 'b' });
  histogram.record(5);
  return { readers, provider, counter };
}

/** Without times, which differ. */
function shapeOf(metrics: ResourceMetrics | undefined) {
  return metrics?.scopeMetrics.map(({ scope, metrics: all }) => ({
    scope,
    metrics: all.map(({ descriptor, dataPoints, dataPointType }) => ({
      name: descriptor.name,
      unit: descriptor.unit,
      dataPointType,
      points: dataPoints.map(({ attributes, value }) => ({ attributes, value })),
    })),
  }));
}

test.each([
  ['delta', AggregationTemporality.DELTA],
  ['cumulative', AggregationTemporality.CUMULATIVE],
])('%s', async (_name, temporality) => {
  const { readers, counter } = setUp(temporality);
  const [one, two] = readers;
  const { resourceMetrics } = (await one?.collect()) ?? {};
  const now = collectNow(two?.producer as MetricProducer, 1_790_000_000_123);
  expect(shapeOf(now)).toEqual(shapeOf(resourceMetrics));
  expect(now?.scopeMetrics[0]?.metrics[0]?.dataPoints[0]?.endTime).toEqual([1_790_000_000, 123_000_000]);
  counter.add(1, { kind: 'a' });
  const next = shapeOf((await one?.collect())?.resourceMetrics);
  expect(shapeOf(collectNow(two?.producer as MetricProducer, 1_790_000_001_000))).toEqual(next);
});

test('observable instruments are left out', () => {
  const { readers, provider } = setUp(AggregationTemporality.CUMULATIVE);
  let called = false;
  provider
    .getMeter('shop', '1.0')
    .createObservableGauge('rooms')
    .addCallback(() => {
      called = true;
    });
  const metrics = collectNow(readers[0]?.producer as MetricProducer, 0);
  expect(metrics?.scopeMetrics[0]?.metrics.map(({ descriptor: { name } }) => name)).not.toContain('rooms');
  expect(called).toBe(false);
});

test('a producer that looks different inside gives nothing', () => {
  const other = { collect: () => Promise.reject(new Error()) } as unknown as MetricProducer;
  expect(collectNow(other, 0)).toBeUndefined();
});
