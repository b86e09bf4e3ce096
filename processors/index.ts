export { BUILT_IN_PROCESSORS } from './built-in.ts';
export {
  type BoundCounter,
  bindCounter,
  type CardinalityOptions,
  CardinalitySpanProcessor,
  Guards,
  guardMeterProvider,
  templateName,
  templatePath,
  withDefaults as cardinalityOptions,
} from './cardinality/index.ts';
export * from './genai/index.ts';
export {
  createRedactor,
  type Kind,
  type PatternRule,
  type RedactionConfig,
  RedactionLogProcessor,
  RedactionMetricExporter,
  RedactionProcessor,
  type Redactor,
  type RedactorOptions,
  redactorOf,
  sanitizeSql,
} from './redaction/index.ts';
export { type SpanWatchOptions, SpanWatchProcessor, type SpanWatchSettings } from './span-watch/index.ts';
export * from './tail-sampling/index.ts';
