/** The limits of series hold for a whole process, over every collection, as a backend sees it. */
import { join } from 'node:path';
import { startOtlpReceiver } from '../support/receivers/index.ts';
import { runApp } from '../support/run-app.ts';

const LIMIT = 250;
const RECORDED = 6 * 400;

interface SumPoint {
  readonly value: number;
  readonly attributes: Readonly<Record<string, unknown>>;
}

test.each(['cumulative', 'delta'])('%s metrics', async (temporality) => {
  await using receiver = await startOtlpReceiver('http/protobuf');
  const { code, stderr } = await runApp({
    app: join(import.meta.dirname, 'apps', 'many-series.cjs'),
    env: {
      ...receiver.env,
      OTEL_METRIC_EXPORT_INTERVAL: '100',
      OTEL_METRIC_EXPORT_TIMEOUT: '100',
      OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: temporality,
      SIGNALBOX_CARDINALITY_LIMIT: String(LIMIT),
      SIGNALBOX_CARDINALITY_KEY_LIMITS: 'shard=100000',
    },
  }).exit;
  expect(code).toBe(0);
  const exports = receiver.metrics
    .filter(({ name }) => name === 'calls')
    .map(({ points }) => points as unknown as SumPoint[]);
  expect(exports.length).toBeGreaterThan(2);

  for (const points of exports) expect(points.length).toBeLessThanOrEqual(LIMIT + 1);
  const sums = exports.map((points) => points.reduce((sum, { value }) => sum + Number(value), 0));
  const total = temporality === 'delta' ? sums.reduce((a, b) => a + b, 0) : sums.at(-1);
  expect(total).toBe(RECORDED);

  const attributes = exports.flat().map((point) => point.attributes);
  expect(attributes).toContainEqual({ 'otel.metric.overflow': true });
  expect(attributes.filter((each) => 'user.id' in each)).toEqual([]);
  // Said once per key, not once per measurement.
  expect(stderr.match(/calls has more than 250 series/g)).toHaveLength(1);

  const countOf = (name: string) =>
    receiver.metrics.filter((metric) => metric.name === name).flatMap(({ points }) => points);
  expect(countOf('signalbox.cardinality.overflow')).toEqual(
    expect.arrayContaining([expect.objectContaining({ attributes: { instrument: 'calls', key: '*' } })]),
  );
  expect(countOf('signalbox.redaction.redacted')).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ value: 1, attributes: { detector: 'email', kind: 'email' } }),
    ]),
  );
});
