import type { Report } from '../../src/core/index.ts';
import names from './dd-trace-variables.json' with { type: 'json' };

/**
 * Names of the variables that dd-trace reads. Source: dd-trace 6.21, its list of supported
 * configurations, names only.
 */
const DD_TRACE_VARIABLES: ReadonlySet<string> = new Set(names);

/** Variables of dd-trace that are set and that nobody here reads. */
export function ignoredDatadogVariables(
  env: Readonly<Record<string, string | undefined>>,
  known: ReadonlySet<string>,
): string[] {
  return Object.keys(env)
    .filter((name) => env[name] && DD_TRACE_VARIABLES.has(name) && !known.has(name))
    .sort();
}

/**
 * Reports, in one problem, the variables of dd-trace that are set and mean nothing here.
 *
 * @param env the environment
 * @param known names and aliases of all settings of Signalbox
 */
export function reportIgnoredDatadogVariables(
  env: Readonly<Record<string, string | undefined>>,
  known: ReadonlySet<string>,
  report: Report,
): void {
  const ignored = ignoredDatadogVariables(env, known);
  if (ignored.length === 0) return;
  report({
    code: 'CFG013',
    source: ignored.join(', '),
    message: ignored.length === 1 ? 'is a setting of dd-trace' : 'are settings of dd-trace',
    used: ignored.length === 1 ? 'ignoring it' : 'ignoring them',
    severity: 'info',
  });
}
