import * as workerThreads from 'node:worker_threads';
import type { Environment } from '../config/index.ts';

/** True in a thread that Node.js itself runs, such as the one of `module.register` hooks. */
export function isInternalThread(): boolean {
  return Reflect.get(workerThreads, 'isInternalThread') === true;
}

/**
 * Worker threads are often helpers that must stay small (log transports, thread pools), so they
 * are instrumented only on request.
 */
export function workersEnabled(env: Environment): boolean {
  return env.SIGNALBOX_WORKER_THREADS?.trim().toLowerCase() === 'true';
}
