import { datadogTracer, reportIgnoredDatadogVariables } from '../../exporters/index.ts';
import { allVariables, type Environment } from '../config/index.ts';
import { type AnyComponent, loadedModules, type Report } from '../core/index.ts';
import { type Application, findPackage } from './application.ts';

/**
 * Looks for dd-trace before Signalbox starts.
 *
 * @returns false if it is at work, so that Signalbox would be a second tracer
 */
export function checkDdTrace(env: Environment, { directories }: Application, report: Report): boolean {
  const installed = findPackage('dd-trace', directories) !== undefined;
  const { message } = datadogTracer({
    globals: globalThis,
    modules: loadedModules(),
    preloads: [...process.execArgv, env.NODE_OPTIONS ?? ''],
    env: installed ? env : {},
  });
  if (message === undefined) return true;
  report({
    code: 'SDK006',
    source: 'dd-trace',
    message,
    used: 'not starting telemetry; remove one of the two, or set SIGNALBOX_ALONGSIDE_DD_TRACE=true',
  });
  return false;
}

/** Names the variables of dd-trace that are set and mean nothing here, in one line. */
export function reportIgnored(env: Environment, components: readonly AnyComponent[], report: Report): void {
  const known = allVariables(components).flatMap(({ name, aliases = [] }) => [name, ...aliases]);
  reportIgnoredDatadogVariables(env, new Set(known), report);
}
