import { createRequire } from 'node:module';
import { isAbsolute, join, resolve } from 'node:path';
import { type AnyComponent, errorMessage, isComponent, type Report } from '../core/index.ts';
import { COMPONENT_KINDS } from './create-component.ts';

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
  let candidates: unknown[];
  try {
    const load = createRequire(join(directory, 'index.js'));
    const exported: unknown = load(isPath ? resolve(directory, specifier) : specifier);
    candidates = [defaultExport(exported)].flat();
  } catch (error) {
    report({
      code: 'PLG001',
      source: `plug-in ${specifier}`,
      message: `cannot be loaded: ${reasonOf(error)}`,
      used: 'going on without it',
    });
    return [];
  }
  const wrong = candidates.map(whatIsWrong);
  const components = candidates.filter((_, index) => wrong[index] === undefined) as AnyComponent[];
  if (components.length < candidates.length || components.length === 0) {
    report({
      code: 'PLG002',
      source: `plug-in ${specifier}`,
      message: wrong.find((reason) => reason !== undefined) ?? 'exports nothing',
      expected: 'a default export made by defineComponent(), or an array of them',
      used: components.length > 0 ? 'using the rest' : 'going on without it',
    });
  }
  return components;
}

/** Types keep TypeScript users from these; the others are told. Undefined if nothing is wrong. */
function whatIsWrong(candidate: unknown): string | undefined {
  try {
    if (!isComponent(candidate)) return 'exports something that is not a component';
    const { kind, name, variables, fromEnv, create } = candidate;
    if (!COMPONENT_KINDS.includes(kind)) return `has a component of the unknown kind "${String(kind)}"`;
    if (typeof name !== 'string' || name === '') return `has a component of kind ${kind} without a name`;
    if (!Array.isArray(variables)) return `has a component ${name} whose variables are not an array`;
    if (typeof fromEnv !== 'function') return `has a component ${name} without fromEnv()`;
    return typeof create === 'function' ? undefined : `has a component ${name} without create()`;
  } catch (error) {
    return `has a component that cannot be read: ${errorMessage(error)}`;
  }
}

function reasonOf(error: unknown): string {
  const { code } = (error ?? {}) as NodeJS.ErrnoException;
  return code === 'ERR_REQUIRE_ASYNC_MODULE' ? 'it uses top-level await' : errorMessage(error);
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
