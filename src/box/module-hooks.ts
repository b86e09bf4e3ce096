import module from 'node:module';
import { pathToFileURL } from 'node:url';
import { errorMessage, loadModule, type Report, resolveModule } from '../core/index.ts';

interface Hook {
  readonly resolveSync: module.ResolveHookSync;
  readonly loadSync: module.LoadHookSync;
}

const REGISTERED = Symbol.for('signalbox.module-hooks');

/**
 * Lets instrumentations patch ES modules, also when Signalbox came in through `--require`.
 * In-thread hooks where Node.js has them (22.22.3, 24.11.1, 25.1), the loader thread elsewhere.
 * Where neither is possible, as in a sandbox of a test runner, CommonJS is still instrumented.
 */
export function registerModuleHooks(report: Report): void {
  if (Reflect.get(globalThis, REGISTERED)) return;
  Reflect.set(globalThis, REGISTERED, true);
  try {
    installHooks(report);
  } catch (error) {
    reportFailure(error, report);
  }
}

function reportFailure(error: unknown, report: Report): void {
  report({
    code: 'INS003',
    source: 'ES modules',
    message: `cannot be instrumented: ${errorMessage(error)}`,
    used: 'instrumenting CommonJS only',
  });
}

function installHooks(report: Report): void {
  const url = pathToFileURL(resolveModule('import-in-the-middle/hook.mjs')).href;
  const { supportsSyncHooks } = loadModule<{ supportsSyncHooks(): boolean }>(
    'import-in-the-middle/supports-sync-hooks.mjs',
  );
  if (supportsSyncHooks()) module.registerHooks(lazyHooks(url, report));
  else module.register(url);
}

/**
 * The hook itself takes about 10 ms to load, which only a process that imports something pays.
 *
 * In-thread hooks see `require` too, which is the business of require-in-the-middle, and the entry
 * point, which is never patched. For both the hook would guess a format where Node.js knows better:
 * CommonJS for an extensionless ES module, and for what the REPL, `--eval` and stdin require.
 */
function lazyHooks(url: string, report: Report): module.RegisterHooksOptions {
  let hook: Hook | undefined;
  // While it loads, its own imports come through here and must pass.
  let isTried = false;
  const loadHook = (): Hook | undefined => {
    if (isTried) return hook;
    isTried = true;
    try {
      hook = loadModule<{ createHook(meta: { url: string }): Hook }>(
        'import-in-the-middle/create-hook.mjs',
      ).createHook({ url });
    } catch (error) {
      reportFailure(error, report);
    }
    return hook;
  };
  return {
    resolve(specifier, context, next) {
      const isImport = context.parentURL !== undefined && !context.conditions.includes('require');
      const loaded = isImport ? loadHook() : undefined;
      return loaded ? loaded.resolveSync(specifier, context, next) : next(specifier, context);
    },
    load(address, context, next) {
      return hook ? hook.loadSync(address, context, next) : next(address, context);
    },
  };
}
