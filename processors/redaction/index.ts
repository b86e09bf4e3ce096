export { ACTIONS, type Action } from './actions.ts';
export { KIND_NAMES, KINDS, type Kind } from './kinds.ts';
export { createRedactor, type Finding, type Redactor, type RedactorOptions } from './redactor.ts';
export { sanitizeSql } from './sql.ts';
export type { PatternRule } from './user-patterns.ts';
