export type {
  AnyComponent,
  Component,
  ComponentKind,
  ExporterInstance,
  InstanceOf,
  ProcessorInstance,
  Signal,
  Stability,
} from './component.ts';
export { defineComponent, isComponent } from './component.ts';
export { copySpan } from './copy-span.ts';
export type { EnvReader } from './env-reader.ts';
export type { Clock, Counters, Host, Log, Timer } from './host.ts';
export { nearest } from './nearest.ts';
export type { Outcome } from './outcome.ts';
export type { Problem, ProblemCode, Report } from './problem.ts';
export { formatProblem, PROBLEM_CODES } from './problem.ts';
export type { SafeValueLimits } from './safe-value.ts';
export { SAFE_VALUE_LIMITS, safeText, safeValue } from './safe-value.ts';
export { CUT_MARK, codePointBoundary, truncateText } from './safe-value-text.ts';
export type { Range } from './value-types.ts';
export {
  boolean,
  duration,
  integer,
  keyValues,
  listOf,
  number,
  oneOf,
  path,
  text,
  url,
} from './value-types.ts';
export type { AnyVariable, DefaultedVariable, Parsed, ValueType, Variable } from './variable.ts';
export { variable } from './variable.ts';
