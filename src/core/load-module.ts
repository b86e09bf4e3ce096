import { createRequire } from 'node:module';
import { join } from 'node:path';

let require: NodeJS.Require | undefined;

/**
 * Where this package looks for its dependencies. A bundler that makes CommonJS leaves no
 * `import.meta.url`; then they are looked for from the working directory.
 */
function requireHere(): NodeJS.Require {
  require ??= createRequire(import.meta.url ?? join(process.cwd(), 'index.js'));
  return require;
}

/** Loads a package that Signalbox depends on, when it is needed. @throws if it is not installed. */
export function loadModule<T>(specifier: string): T {
  return requireHere()(specifier) as T;
}

/** The path of a module that Signalbox depends on. @throws if it is not installed. */
export function resolveModule(specifier: string): string {
  return requireHere().resolve(specifier);
}

/** File names of the CommonJS modules that are loaded, of every package in the process. */
export function loadedModules(): string[] {
  return Object.keys(requireHere().cache);
}
