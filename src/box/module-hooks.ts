import module from 'node:module';
import { pathToFileURL } from 'node:url';
import { loadModule, resolveModule } from './system-host.ts';

interface SyncHooks {
  supportsSyncHooks(): boolean;
  register(options?: { exclude?: (string | RegExp)[] }): void;
}

const REGISTERED = Symbol.for('signalbox.module-hooks');

/**
 * Lets instrumentations patch ES modules, also when Signalbox came in through `--require`.
 * In-thread hooks where Node.js has them (22.22.3, 24.11.1, 25.1), the loader thread elsewhere.
 */
export function registerModuleHooks(): void {
  if (Reflect.get(globalThis, REGISTERED)) return;
  Reflect.set(globalThis, REGISTERED, true);
  const hooks = loadModule<SyncHooks>('import-in-the-middle/register-hooks.mjs');
  if (hooks.supportsSyncHooks()) {
    hooks.register();
  } else {
    module.register(pathToFileURL(resolveModule('import-in-the-middle/hook.mjs')));
  }
}
