import { isMainThread } from 'node:worker_threads';
import { errorMessage } from '../core/index.ts';
import { registerModuleHooks } from './module-hooks.ts';
import { start } from './start.ts';
import { environment, writeLine } from './system-host.ts';
import { isInternalThread, workersEnabled } from './threads.ts';

/**
 * What `register.js` loads. The only module with side effects: it starts Signalbox from the
 * environment, once per process, and never throws into the application.
 */
function register(): void {
  // Preloads run again in every worker thread, and in the thread of module hooks.
  if (isInternalThread() || (!isMainThread && !workersEnabled(environment()))) return;
  try {
    start({ registered: true, beforeInstrumentations: registerModuleHooks });
  } catch (error) {
    writeLine(`signalbox: cannot start: ${errorMessage(error)}.`);
  }
}

register();
