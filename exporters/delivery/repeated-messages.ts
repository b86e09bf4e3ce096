/**
 * Beginnings of the lines that the OpenTelemetry SDK and its OTLP exporters log about a failed
 * export, which the health of the destination has already reported once.
 * Source: @opentelemetry/otlp-exporter-base 0.301 `retrying-transport`, @opentelemetry/sdk-metrics
 * 3.1 `PeriodicExportingMetricReader`.
 */
const REPEATED = [
  'Export retry time ',
  'Export failed after maximum retry attempts',
  'Export failed with non-retryable error',
  'PeriodicExportingMetricReader: metrics export timed out',
  'PeriodicExportingMetricReader: metrics export failed',
];

/** True for a diagnostic line of the SDK that only repeats what health has reported. */
export function repeatsHealth(message: string): boolean {
  return REPEATED.some((beginning) => message.startsWith(beginning));
}
