import { createRequire } from 'node:module';
import { isAbsolute, join, resolve } from 'node:path';
import { type AnyComponent, errorMessage, isComponent, type Report } from '../core/index.ts';

/**
 * Loads components from modules: a path (relative to `directory`) or the name of a package
 * installed for the application. CommonJS or ES module; the default export is a component or an
 * array of them. Whatever is wrong with one is reported, and the others still load.
 */
export function loadPlugins(
  specifiers: readonly string[],
  directory: string,
  report: Report,
): AnyComponent[] {
  return specifiers.flatMap((specifier) => loadPlugin(specifier, directory, report));
}

function loadPlugin(specifier: string, directory: string, report: Report): AnyComponent[] {
  const isPath = specifier.startsWith('.') || isAbsolute(specifier);
  let exported: unknown;
  try {
    const load = createRequire(join(directory, 'index.js'));
    exported = load(isPath ? resolve(directory, specifier) : specifier);
  } catch (error) {
    report({
      code: 'PLG001',
      source: `plug-in ${specifier}`,
      message: `cannot be loaded: ${errorMessage(error)}`,
      used: 'going on without it',
    });
    return [];
  }
  const candidates = [defaultExport(exported)].flat();
  const components = candidates.filter(isComponent);
  if (components.length < candidates.length || components.length === 0) {
    report({
      code: 'PLG002',
      source: `plug-in ${specifier}`,
      message: 'exports something that is not a component',
      expected: 'a default export made by defineComponent(), or an array of them',
      used: components.length > 0 ? 'using the rest' : 'going on without it',
    });
  }
  return components;
}

/** `export default x`, `module.exports = x` and the compiled form of the former. */
function defaultExport(exported: unknown): unknown {
  const inner = (exported as { default?: unknown } | null)?.default ?? exported;
  return (inner as { default?: unknown } | null)?.default ?? inner;
}

/** Built-in components first; a plug-in that takes a name already taken is reported and left out. */
export function mergeComponents(
  builtIn: readonly AnyComponent[],
  plugged: readonly AnyComponent[],
  report: Report,
): AnyComponent[] {
  const taken = new Set(builtIn.map(keyOf));
  const merged = [...builtIn];
  for (const component of plugged) {
    if (taken.has(keyOf(component))) {
      report({
        code: 'PLG003',
        source: `plug-in ${component.name}`,
        message: `there is another ${component.kind} of this name`,
        expected: 'a name of its own',
        used: 'using the first one',
      });
      continue;
    }
    taken.add(keyOf(component));
    merged.push(component);
  }
  return merged;
}

function keyOf({ kind, name }: AnyComponent): string {
  return `${kind} ${name}`;
}
