import {
  AggregationTemporality,
  AggregationType,
  type ExponentialHistogram,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { createRedactor, RedactionMetricExporter } from '../../../processors/redaction/index.ts';

/** Records the values of each user, and hands back the points as they are exported. */
async function pointsOf(
  values: Readonly<Record<string, readonly number[]>>,
): Promise<ExponentialHistogram[]> {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({
    exporter: new RedactionMetricExporter(exporter, createRedactor()),
    exportIntervalMillis: 3_600_000,
  });
  const views = [
    { instrumentName: '*', aggregation: { type: AggregationType.EXPONENTIAL_HISTOGRAM } as const },
  ];
  const provider = new MeterProvider({ readers: [reader], views });
  const histogram = provider.getMeter('t').createHistogram('time');
  for (const [user, all] of Object.entries(values))
    for (const value of all) histogram.record(value, { user });
  await provider.forceFlush();
  const points = exporter.getMetrics()[0]?.scopeMetrics[0]?.metrics[0]?.dataPoints ?? [];
  await provider.shutdown();
  return points.map(({ value }) => value as ExponentialHistogram);
}

/** How many values each bucket holds, by the index of the bucket. */
function countsOf({ positive }: ExponentialHistogram): Map<number, number> {
  return new Map(
    positive.bucketCounts
      .map((count, index) => [positive.offset + index, count] as const)
      .filter(([, count]) => count > 0),
  );
}

describe('exponential histograms of series that become the same', () => {
  it.each<[string, readonly number[], readonly number[]]>([
    ['of the same range', [1, 2, 3], [1.5, 2.5]],
    ['far apart', [0.000_001, 0.000_002], [1e9, 2e9, 3e9]],
    ['of different scales', [1.01, 1.02, 1.03], [0.001, 1, 1_000_000]],
    ['with zeroes', [0, 0, 5], [0, 7]],
    ['one of which is a single value', [42], [41, 43, 1_000]],
    ['of which one has only zeroes', [0], [3, 4]],
  ])('%s are what one histogram of all values is', async (_name, ada, bob) => {
    const [merged, ...others] = await pointsOf({ 'ada@example.com': ada, 'bob@example.com': bob });
    const [whole] = await pointsOf({ nobody: [...ada, ...bob] });
    expect(others).toEqual([]);
    expect(merged).toMatchObject({
      count: whole?.count,
      zeroCount: whole?.zeroCount,
      min: whole?.min,
      max: whole?.max,
    });
    expect(merged?.sum).toBeCloseTo(whole?.sum ?? NaN);
    expect(merged?.scale).toBe(whole?.scale);
    expect(countsOf(merged as ExponentialHistogram)).toEqual(countsOf(whole as ExponentialHistogram));
  });
});
