export { type RedactionConfig, redaction, redactorOf } from './component.ts';
export type { Kind } from './kinds.ts';
export { RedactionLogProcessor } from './log-processor.ts';
export { RedactionMetricExporter } from './metric-exporter.ts';
export type { RedactorOptions } from './options.ts';
export { createRedactor, type Redactor } from './redactor.ts';
export { RedactionProcessor } from './span-processor.ts';
export { sanitizeSql } from './sql.ts';
export type { PatternRule } from './user-patterns.ts';
