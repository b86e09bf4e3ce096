import { createRequire } from 'node:module';

/**
 * Loads a part of Signalbox that few processes need, at the time it is needed. The build makes a file
 * of its own of it, so that a process that starts does not parse what it does not use.
 *
 * @param from `import.meta.url`
 * @param path the module, relative to the one that asks, as in an import
 */
export function loadPart<T>(from: string, path: string): T {
  return createRequire(from)(path) as T;
}
