export { ACTIONS, type Action } from './actions.ts';
export { type RedactionConfig, redaction, redactorOf } from './component.ts';
export { KIND_NAMES, KINDS, type Kind } from './kinds.ts';
export { RedactionLogProcessor } from './log-processor.ts';
export { RedactionMetricExporter } from './metric-exporter.ts';
export { createRedactor, type Finding, type Redactor, type RedactorOptions } from './redactor.ts';
export { RedactionProcessor } from './span-processor.ts';
export { sanitizeSql } from './sql.ts';
export type { PatternRule } from './user-patterns.ts';
