import { AggregationTemporality, AggregationType, type PushMetricExporter } from '@opentelemetry/sdk-metrics';
import type { OtlpSettings } from './settings.ts';

/**
 * The kinds of instrument whose values are sent as differences.
 * Source: OpenTelemetry specification, "Metrics exporter — OTLP", temporality preference.
 */
const DELTA_INSTRUMENTS: Readonly<Record<OtlpSettings['temporality'], readonly string[]>> = {
  cumulative: [],
  delta: ['COUNTER', 'OBSERVABLE_COUNTER', 'HISTOGRAM', 'GAUGE', 'OBSERVABLE_GAUGE'],
  lowmemory: ['COUNTER', 'HISTOGRAM'],
};

/** What a metric exporter asks of the SDK. */
export type MetricPreferences = Required<
  Pick<PushMetricExporter, 'selectAggregation' | 'selectAggregationTemporality'>
>;

/** The preferences of the settings, in the SDK's terms. */
export function metricPreferences({
  temporality,
  histogram,
}: Pick<OtlpSettings, 'temporality' | 'histogram'>): MetricPreferences {
  const delta = new Set(DELTA_INSTRUMENTS[temporality]);
  const exponential = histogram === 'base2_exponential_bucket_histogram';
  return {
    selectAggregationTemporality: (instrument) =>
      delta.has(instrument) ? AggregationTemporality.DELTA : AggregationTemporality.CUMULATIVE,
    selectAggregation: (instrument) => ({
      type:
        exponential && instrument === 'HISTOGRAM'
          ? AggregationType.EXPONENTIAL_HISTOGRAM
          : AggregationType.DEFAULT,
    }),
  };
}
