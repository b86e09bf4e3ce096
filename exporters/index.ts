import type { AnyComponent } from '../src/core/index.ts';
import { consoleExporter } from './console/index.ts';
import { datadogExporter } from './datadog/index.ts';
import { fileExporter } from './file/index.ts';
import { otlpExporter } from './otlp/index.ts';
import { prometheusExporter } from './prometheus/index.ts';

export {
  ConsoleLogRecordExporter,
  ConsoleMetricExporter,
  type ConsoleOptions,
  ConsoleSpanExporter,
  type ConsoleStream,
} from './console/index.ts';
export { ProviderSource } from './credentials/index.ts';
export * from './delivery/index.ts';
export { JsonLinesExporter, RotatingFile, type RotatingFileOptions } from './file/index.ts';
export { type OtlpSettings, otlpSpoolCodec, type SignalSettings } from './otlp/index.ts';

/** The exporters that come with Signalbox. */
export const BUILT_IN_EXPORTERS: readonly AnyComponent<'exporter'>[] = [
  otlpExporter,
  consoleExporter,
  fileExporter,
  prometheusExporter,
  datadogExporter,
];

export * from './datadog-exports.ts';
