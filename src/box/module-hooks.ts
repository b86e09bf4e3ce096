import module from 'node:module';
import { pathToFileURL } from 'node:url';
import { errorMessage, loadModule, type Report, resolveModule } from '../core/index.ts';

type ResolveHook = module.ResolveHookSync;

interface Loader {
  supportsSyncHooks(): boolean;
  createHook(meta: { url: string }): { resolveSync: ResolveHook; loadSync: module.LoadHookSync };
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
    installHooks();
  } catch (error) {
    report({
      code: 'INS003',
      source: 'ES modules',
      message: `cannot be instrumented: ${errorMessage(error)}`,
      used: 'instrumenting CommonJS only',
    });
  }
}

function installHooks(): void {
  const url = pathToFileURL(resolveModule('import-in-the-middle/hook.mjs')).href;
  const loader = loadModule<Loader>('import-in-the-middle/create-hook.mjs');
  if (!loader.supportsSyncHooks()) {
    module.register(url);
    return;
  }
  const { resolveSync, loadSync } = loader.createHook({ url });
  module.registerHooks({ resolve: onlyImports(resolveSync), load: loadSync });
}

/**
 * In-thread hooks see `require` too, which is the business of require-in-the-middle, and the entry
 * point, which is never patched. For both the hook would guess a format where Node.js knows better:
 * CommonJS for an extensionless ES module, and for what the REPL, `--eval` and stdin require.
 */
function onlyImports(resolve: ResolveHook): ResolveHook {
  return (specifier, context, next) => {
    const isImport = context.parentURL !== undefined && !context.conditions.includes('require');
    return isImport ? resolve(specifier, context, next) : next(specifier, context);
  };
}
