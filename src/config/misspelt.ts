import { type AnyComponent, nearest, type Report } from '../core/index.ts';
import { prefixOf, suffixOf } from './named-destinations.ts';
import type { Environment } from './reader.ts';

/**
 * Names that others read: the SDK and instrumentations, other languages' agents, operators.
 * They are never mistaken for a misspelling of ours.
 */
const FOREIGN = [
  /^OTEL_(PYTHON|JAVA|JAVAAGENT|DOTNET|GO|PHP|RUBY|RUST|CPP|SWIFT|ERLANG|LAMBDA|COLLECTOR|OPERATOR|INJECTOR)_/,
  /^OTEL_(INSTRUMENTATION|SEMCONV|NODE_EXPERIMENTAL|RESOURCE_PROVIDERS)_/,
  /^OTEL_EXPORTER_(ZIPKIN|JAEGER|OPENCENSUS)_/,
  /^OTEL_(EXPERIMENTAL_)?CONFIG_FILE$/,
];

/** Whose names are looked at, and how many letters may differ for one to count as a misspelling. */
const FAMILIES = [
  { pattern: /^OTEL_/i, maxEdits: 3, allOurs: false },
  { pattern: /^SIGNALBOX_/i, maxEdits: 5, allOurs: true },
  // dd-trace knows hundreds of names, many of them alike, so only a single slip in a long one counts.
  { pattern: /^DD_.{6}/i, maxEdits: 1, allOurs: false },
];

/**
 * Reports variable names that nobody reads and that look like one of ours, and every unknown
 * `SIGNALBOX_` name.
 */
export function reportMisspeltNames(
  env: Environment,
  known: ReadonlySet<string>,
  components: readonly AnyComponent[],
  report: Report,
): void {
  let byWords: ReadonlyMap<string, string> | undefined;
  for (const name of Object.keys(env)) {
    if (!env[name] || known.has(name)) continue;
    const family = FAMILIES.find(({ pattern }) => pattern.test(name));
    if (!family || FOREIGN.some((pattern) => pattern.test(name))) continue;
    const destination = unusedDestination(name, components);
    if (destination !== undefined) {
      report({
        code: 'CFG012',
        source: name,
        message: `is a setting of the destination "${destination}", which nothing names`,
        expected: `${destination} in SIGNALBOX_BACKEND, SIGNALBOX_FALLBACK or OTEL_…_EXPORTER`,
        used: 'ignoring it',
      });
      continue;
    }
    byWords ??= new Map([...known].map((name) => [sortedWords(name), name]));
    const sameWords = byWords.get(sortedWords(name));
    const didYouMean = sameWords ?? nearest(name, known, family.maxEdits);
    if (didYouMean === undefined && !family.allOurs) continue;
    report({
      code: 'CFG004',
      source: name,
      message: 'is not a known variable',
      ...(didYouMean ? { didYouMean } : {}),
      used: 'ignoring it',
    });
  }
}

/** The destination that has this setting, if it is spelt right and the destination is not in use. */
function unusedDestination(name: string, components: readonly AnyComponent[]): string | undefined {
  for (const { kind, name: exporter, variables } of components) {
    if (kind !== 'exporter' || exporter.includes('/') || !name.startsWith(prefixOf(exporter))) continue;
    const suffixes = variables.map((variable) => suffixOf(variable, exporter) ?? '');
    const ends = suffixes.filter((suffix) => suffix !== '' && name.endsWith(`_${suffix}`));
    // The longest: TRACES_ENDPOINT of `eu`, not ENDPOINT of `eu-traces`.
    const [longest] = ends.sort((a, b) => b.length - a.length);
    const middle = longest && name.slice(prefixOf(exporter).length, -longest.length - 1);
    if (middle) return `${exporter}/${middle.toLowerCase().replaceAll('_', '-')}`;
  }
  return undefined;
}

/** `OTEL_EXPORTER_TRACES` and `OTEL_TRACES_EXPORTER` have the same words. */
function sortedWords(name: string): string {
  return name.toUpperCase().split('_').sort().join('_');
}

/** Reports names whose meaning users would expect here and that Signalbox does not have. */
export function reportUnsupportedNames(env: Environment, report: Report): void {
  for (const name of ['OTEL_CONFIG_FILE', 'OTEL_EXPERIMENTAL_CONFIG_FILE']) {
    if (!env[name]?.trim()) continue;
    report({
      code: 'CFG013',
      source: name,
      message: 'names a file of the declarative configuration, which Signalbox does not read',
      expected: 'SIGNALBOX_CONFIG_FILE and its keys',
      used: 'ignoring it',
    });
  }
}
