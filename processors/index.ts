export * from './tail-sampling/index.ts';

import type { AnyComponent } from '../src/core/index.ts';
import { cardinality } from './cardinality/index.ts';
import { genai } from './genai/index.ts';
import { redaction } from './redaction/index.ts';
import { spanWatch } from './span-watch/index.ts';

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

/** The processors of the chain, in the order in which telemetry passes them. */
export const BUILT_IN_PROCESSORS: readonly AnyComponent<'processor'>[] = [
  spanWatch,
  genai,
  redaction,
  cardinality,
];
