import type { PushMetricExporter } from '@opentelemetry/sdk-metrics';
import { otlpExporter } from '../../../exporters/otlp/index.ts';
import { testHost } from '../support/host.ts';
import { settingsOf } from '../support/settings.ts';
import { INSTRUMENTS, someMetrics } from '../support/telemetry.ts';

const P = 'OTEL_EXPORTER_OTLP_METRICS';

function exporterOf(env: Record<string, string>): PushMetricExporter {
  const otlp = otlpExporter.create(settingsOf(otlpExporter, env).settings, testHost().host);
  return otlp.metrics?.() as PushMetricExporter;
}

test.each<[preference: string, delta: string[]]>([
  ['cumulative', []],
  ['delta', ['COUNTER', 'GAUGE', 'HISTOGRAM', 'OBSERVABLE_COUNTER', 'OBSERVABLE_GAUGE']],
  ['LowMemory', ['COUNTER', 'HISTOGRAM']],
])('temporality %s', (preference, delta) => {
  const exporter = exporterOf({ [`${P}_TEMPORALITY_PREFERENCE`]: preference });
  const asDelta = INSTRUMENTS.filter((type) => exporter.selectAggregationTemporality?.(type) === 0);
  expect(asDelta.sort()).toEqual(delta);
});

test('the SDK follows: a delta counter, and an exponential histogram', async () => {
  const metrics = await someMetrics(
    exporterOf({
      [`${P}_TEMPORALITY_PREFERENCE`]: 'delta',
      [`${P}_DEFAULT_HISTOGRAM_AGGREGATION`]: 'base2_exponential_bucket_histogram',
    }),
  );
  const [counter, histogram] = metrics.scopeMetrics[0]?.metrics ?? [];
  expect(counter?.dataPoints[0]?.value).toBe(4);
  expect(histogram?.dataPoints[0]?.value).toMatchObject({ count: 2, scale: expect.any(Number) });
});

test('without preferences: totals and explicit buckets', async () => {
  const [counter, histogram] = (await someMetrics(exporterOf({}))).scopeMetrics[0]?.metrics ?? [];
  expect(counter?.dataPoints[0]?.value).toBe(7);
  expect(histogram?.dataPoints[0]?.value).toMatchObject({ count: 2, buckets: expect.anything() });
});
