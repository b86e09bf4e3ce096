import type { LoggerProvider } from '@opentelemetry/sdk-logs';

/**
 * Logs were a package of their own before they became part of `@opentelemetry/api` 1.10, and
 * released instrumentations (bunyan, winston) still write to that package. It looks for its provider here.
 * Source: @opentelemetry/api-logs, `GLOBAL_LOGS_API_KEY` and `API_BACKWARDS_COMPATIBILITY_VERSION`.
 */
const KEY = Symbol.for('io.opentelemetry.js.api.logs');
const VERSION = 1;

/** Makes the provider that of the old package too, unless another one is there. Returns what takes it off. */
export function installOldLogsApi(provider: LoggerProvider): () => void {
  if (Reflect.get(globalThis, KEY)) return () => {};
  // Undefined makes the package fall back to its own provider, which does nothing.
  const getter = (version: number): LoggerProvider | undefined =>
    version === VERSION ? provider : undefined;
  Reflect.set(globalThis, KEY, getter);
  return () => {
    if (Reflect.get(globalThis, KEY) === getter) Reflect.deleteProperty(globalThis, KEY);
  };
}
