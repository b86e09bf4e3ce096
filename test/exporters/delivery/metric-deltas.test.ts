import {
  AggregationTemporality,
  AggregationType,
  type ExponentialHistogram,
  InMemoryMetricExporter,
  MeterProvider,
  type MetricData,
  PeriodicExportingMetricReader,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics';
import { newerMetrics, toDelta } from '../../../exporters/delivery/metric-deltas.ts';

/** The same instruments read as totals and as differences, each time. */
function bothWays(exponential = false) {
  const readers = [AggregationTemporality.CUMULATIVE, AggregationTemporality.DELTA].map((temporality) => {
    const exporter = new InMemoryMetricExporter(temporality);
    if (exponential) {
      Object.assign(exporter, {
        selectAggregation: () => ({ type: AggregationType.EXPONENTIAL_HISTOGRAM, options: { maxSize: 20 } }),
      });
    }
    return new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 1e8 });
  });
  const provider = new MeterProvider({ readers });
  const read = async () => {
    const [totals, deltas] = await Promise.all(readers.map((reader) => reader.collect()));
    return {
      totals: totals?.resourceMetrics as ResourceMetrics,
      deltas: deltas?.resourceMetrics as ResourceMetrics,
    };
  };
  return { meter: provider.getMeter('test', '1'), read };
}

/** What can be compared: names, attributes and values of points; minimum and maximum are not known. */
function pointsOf({ scopeMetrics }: ResourceMetrics) {
  return scopeMetrics
    .flatMap(({ metrics }) => metrics)
    .flatMap(({ descriptor, dataPoints }) =>
      (dataPoints as MetricData['dataPoints'][number][]).map(({ attributes, value }) => {
        const { min: _min, max: _max, ...rest } = typeof value === 'object' ? value : { value };
        return [descriptor.name, attributes, rest] as const;
      }),
    );
}

test('counters and histograms are what the SDK itself gives as differences', async () => {
  const { meter, read } = bothWays();
  const counter = meter.createCounter('jobs');
  const histogram = meter.createHistogram('duration', { advice: { explicitBucketBoundaries: [1, 10] } });
  counter.add(3, { kind: 'a' });
  histogram.record(0.5);
  const first = await read();
  expect(pointsOf(toDelta(first.totals, undefined))).toEqual(pointsOf(first.deltas));
  counter.add(4, { kind: 'a' });
  counter.add(2, { kind: 'b' });
  histogram.record(5);
  histogram.record(50);
  const second = await read();
  expect(pointsOf(toDelta(second.totals, first.totals))).toEqual(pointsOf(second.deltas));
  const temporalities = toDelta(second.totals, first.totals).scopeMetrics[0]?.metrics.map(
    ({ aggregationTemporality }) => aggregationTemporality,
  );
  expect(temporalities).toEqual([AggregationTemporality.DELTA, AggregationTemporality.DELTA]);
});

test('exponential histograms keep their counts, also when the buckets became wider', async () => {
  const { meter, read } = bothWays(true);
  const histogram = meter.createHistogram('duration');
  for (const value of [1, 1.1, 1.2, 0]) histogram.record(value);
  const first = await read();
  for (const value of [1, 1_000, 1_000_000]) histogram.record(value);
  const second = await read();
  const [point] = pointsOf(toDelta(second.totals, first.totals));
  const { count, sum, zeroCount, positive } = (point?.[2] ?? {}) as ExponentialHistogram;
  expect({ count, sum, zeroCount }).toEqual({ count: 3, sum: 1_001_001, zeroCount: 0 });
  expect(positive.bucketCounts.every((value) => value >= 0)).toBe(true);
  expect(positive.bucketCounts.reduce((total, value) => total + value, 0)).toBe(3);
});

test('what an earlier collection has is left out, and so is what did not change', async () => {
  const { meter, read } = bothWays();
  meter.createCounter('jobs').add(3);
  meter.createUpDownCounter('held').add(5);
  meter.createObservableGauge('level').addCallback((result) => result.observe(7));
  const first = await read();
  await new Promise((resolve) => setTimeout(resolve, 2));
  const second = await read();
  const names = (metrics: ResourceMetrics) => pointsOf(metrics).map(([name]) => name);
  expect(names(toDelta(second.totals, first.totals))).toEqual(['held', 'level']);
  // An older one that comes late.
  expect(names(toDelta(first.totals, second.totals))).toEqual(['held', 'level']);
  expect(newerMetrics(first.totals, second.totals)).toBe(second.totals);
  expect(newerMetrics(second.totals, first.totals)).toBe(second.totals);
  expect(newerMetrics(first.totals, undefined)).toBe(first.totals);
});

test('what began anew counts in full', async () => {
  const before = bothWays();
  before.meter.createCounter('jobs').add(100);
  const first = await before.read();
  await new Promise((resolve) => setTimeout(resolve, 5));
  const after = bothWays();
  after.meter.createCounter('jobs').add(2);
  const second = await after.read();
  expect(pointsOf(toDelta(second.totals, first.totals))).toEqual([['jobs', {}, { value: 2 }]]);
});
