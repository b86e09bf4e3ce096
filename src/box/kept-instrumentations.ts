import type { Instrumentation } from '@opentelemetry/instrumentation';

const KEPT = Symbol.for('signalbox.instrumentations');

/**
 * A module is handed to an instrumentation once, when it is loaded. After `shutdown()` and another
 * `start()` only the same instance can patch it again, so instances are kept, for the life of the
 * process as the modules are.
 *
 * @param key tells the instrumentation, and where it comes from
 */
export function keep(key: string, create: () => Instrumentation | undefined): Instrumentation | undefined {
  const kept = (Reflect.get(globalThis, KEPT) ?? new Map()) as Map<string, Instrumentation>;
  Reflect.set(globalThis, KEPT, kept);
  const before = kept.get(key);
  before?.enable();
  const instrumentation = before ?? create();
  if (instrumentation) kept.set(key, instrumentation);
  return instrumentation;
}
