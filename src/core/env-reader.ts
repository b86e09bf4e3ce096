import type { Report } from './problem.ts';
import type { AnyVariable, DefaultedVariable, Variable } from './variable.ts';

/**
 * The settings, as a component sees them in `fromEnv`: typed, already validated against their
 * declaration, environment and file merged.
 */
export interface EnvReader {
  /** The value, or the declared default. A bad value was reported and counts as not set. */
  get<T>(variable: DefaultedVariable<T>): T;
  get<T>(variable: Variable<T>): T | undefined;
  /** True if the user set it, well or badly. */
  isSet(variable: AnyVariable): boolean;
  /** Where the value came from, as problems name it: the variable, or `file:line key`. */
  sourceOf(variable: AnyVariable): string;
  /** Reports a mistake that only shows when settings are seen together. */
  readonly report: Report;
}
