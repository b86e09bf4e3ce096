import { createRequire } from 'node:module';
import { diag } from '@opentelemetry/api';
import type { Host, Timer } from '../../src/core/index.ts';

/** A host for exporters that are used without Signalbox: system clock, OpenTelemetry's `diag` as log. */
export function standaloneHost(): Host {
  const requireHere = createRequire(import.meta.url);
  return {
    // biome-ignore lint/plugin: this is the host, for use without Signalbox.
    clock: { now: () => Date.now(), monotonic: () => performance.now() },
    log: {
      error: (message) => diag.error(message),
      warn: (message) => diag.warn(message),
      info: (message) => diag.info(message),
      debug: (message) => diag.debug(message),
    },
    counters: { add: () => {} },
    report: ({ source, message }) => diag.warn(`${source}: ${message}`),
    load: <T>(module: string) => requireHere(module) as T,
    // biome-ignore lint/style/noRestrictedGlobals: as above.
    after: (delay, task) => timer(setTimeout(task, delay)),
    // biome-ignore lint/style/noRestrictedGlobals: as above.
    every: (interval, task) => timer(setInterval(task, interval)),
  };
}

function timer(handle: NodeJS.Timeout): Timer {
  handle.unref();
  return { cancel: () => clearTimeout(handle) };
}
