import { nearest, type Report } from '../core/index.ts';
import type { Entry } from './document.ts';
import type { Environment } from './reader.ts';

/**
 * Names that others read: the SDK and instrumentations, other languages' agents, operators.
 * They are never mistaken for a misspelling of ours.
 */
const FOREIGN = [
  /^OTEL_(PYTHON|JAVA|JAVAAGENT|DOTNET|GO|PHP|RUBY|RUST|CPP|SWIFT|ERLANG|LAMBDA|COLLECTOR|OPERATOR|INJECTOR)_/,
  /^OTEL_(INSTRUMENTATION|SEMCONV|NODE_EXPERIMENTAL)_/,
  /^OTEL_EXPORTER_(ZIPKIN|JAEGER|OPENCENSUS)_/,
  /^OTEL_(CONFIG_FILE|EXPERIMENTAL_CONFIG_FILE|RESOURCE_PROVIDERS_.*)$/,
];

/** At most so many letters of a variable name may differ for it to count as a misspelling. */
const MAX_EDITS = 3;

/**
 * Reports variable names that nobody reads and that look like one of ours, and every unknown
 * `SIGNALBOX_` name.
 */
export function reportMisspeltNames(env: Environment, known: ReadonlySet<string>, report: Report): void {
  const byWords = new Map([...known].map((name) => [sortedWords(name), name]));
  for (const name of Object.keys(env)) {
    if (!/^(OTEL|SIGNALBOX)_/i.test(name) || !env[name] || known.has(name)) continue;
    if (FOREIGN.some((pattern) => pattern.test(name))) continue;
    const didYouMean = byWords.get(sortedWords(name)) ?? nearest(name, known, MAX_EDITS);
    if (didYouMean === undefined && !/^SIGNALBOX_/i.test(name)) continue;
    report({
      code: 'CFG004',
      source: name,
      message: 'is not a known variable',
      ...(didYouMean ? { didYouMean } : {}),
      used: 'ignoring it',
    });
  }
}

function sortedWords(name: string): string {
  return name.toUpperCase().split('_').sort().join('_');
}

/** Reports keys of a configuration document that are no setting, a whole unknown section once. */
export function reportUnknownKeys(
  entries: readonly Entry[],
  known: ReadonlySet<string>,
  report: Report,
): void {
  const prefixes = new Set([...known].flatMap(prefixesOf));
  const reported = new Set<string>();
  for (const { path, source } of entries) {
    if (known.has(path)) continue;
    const unknown = prefixesOf(path).find((prefix) => !prefixes.has(prefix)) ?? path;
    if (reported.has(unknown)) continue;
    reported.add(unknown);
    const didYouMean = nearest(unknown, prefixes);
    report({
      code: 'CFG007',
      source: source.replace(path, unknown),
      message: 'is not a known key',
      ...(didYouMean ? { didYouMean } : {}),
      used: 'ignoring it',
    });
  }
}

/** `a.b.c` → `a`, `a.b`, `a.b.c`. */
function prefixesOf(path: string): string[] {
  const keys = path.split('.');
  return keys.map((_, index) => keys.slice(0, index + 1).join('.'));
}
