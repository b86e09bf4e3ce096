/**
 * Reading repeated fields. HTTP servers hand over one string, other transports arrays. Which value
 * counts is a rule of each header; see Datadog's and the W3C's in docs/propagation.md.
 */

/** What a `TextMapGetter` returns; not every getter keeps to strings. */
type Values = string | readonly string[] | undefined;

/** The last of several values. */
export function lastValue(values: Values): string | undefined {
  if (typeof values === 'string') return values;
  return Array.isArray(values) ? asText(values.at(-1)) : undefined;
}

/** The value, undefined if there are several. */
export function onlyValue(values: Values): string | undefined {
  if (typeof values === 'string') return values;
  return Array.isArray(values) && values.length === 1 ? asText(values[0]) : undefined;
}

/** All values with a comma between them. */
export function joinedValues(values: Values): string | undefined {
  if (typeof values === 'string') return values;
  if (!Array.isArray(values)) return undefined;
  const texts = values.filter((value) => typeof value === 'string');
  return texts.length === 0 ? undefined : texts.join(',');
}

function asText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
