export { BUILT_IN_EXPORTERS } from './built-in.ts';
export {
  ConsoleLogRecordExporter,
  ConsoleMetricExporter,
  type ConsoleOptions,
  ConsoleSpanExporter,
  type ConsoleStream,
} from './console/index.ts';
export { ProviderSource } from './credentials/index.ts';
export * from './datadog-exports.ts';
export * from './delivery/index.ts';
export { JsonLinesExporter, RotatingFile, type RotatingFileOptions } from './file/index.ts';
export { createSpool, type OtlpSettings, otlpSpoolCodec, type SignalSettings } from './otlp/index.ts';
