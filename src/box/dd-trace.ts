import { datadogTracer, reportIgnoredDatadogVariables } from '../../exporters/index.ts';
import { allVariables, type Environment } from '../config/index.ts';
import { type AnyComponent, type Host, loadedModules, type Report } from '../core/index.ts';
import { type Application, findPackage } from './application.ts';

/** Milliseconds until an application has loaded what it begins with. */
const LOOK_AGAIN = 1_000;

/**
 * Looks for dd-trace before Signalbox starts, and once more when the application has had the time to load
 * it itself: then it is too late to stand back, but not to say so.
 *
 * @returns false if it is at work, so that Signalbox would be a second tracer
 */
export function checkDdTrace(
  env: Environment,
  { directories }: Application,
  { after, report }: Pick<Host, 'after' | 'report'>,
): boolean {
  const installed = findPackage('dd-trace', directories) !== undefined;
  const { message } = datadogTracer({
    globals: globalThis,
    modules: loadedModules(),
    preloads: [...process.execArgv, env.NODE_OPTIONS ?? ''],
    env: installed ? env : {},
  });
  if (message === undefined) {
    if (installed) after(LOOK_AGAIN, () => lookAgain(report));
    return true;
  }
  report({
    code: 'SDK006',
    source: 'dd-trace',
    message,
    used: 'not starting telemetry; remove one of the two, or set SIGNALBOX_ALONGSIDE_DD_TRACE=true',
  });
  return false;
}

function lookAgain(report: Report): void {
  if (!datadogTracer({ globals: globalThis, modules: [], env: {} }).loaded) return;
  report({
    code: 'SDK006',
    source: 'dd-trace',
    message: 'was loaded by the application, and two tracers do not go together',
    used: 'going on beside it; remove one of the two, or set SIGNALBOX_ALONGSIDE_DD_TRACE=true',
  });
}

/** Names the variables of dd-trace that are set and mean nothing here, in one line. */
export function reportIgnored(env: Environment, components: readonly AnyComponent[], report: Report): void {
  const known = allVariables(components).flatMap(({ name, aliases = [] }) => [name, ...aliases]);
  reportIgnoredDatadogVariables(env, new Set(known), report);
}
