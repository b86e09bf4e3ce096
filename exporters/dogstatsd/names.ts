/** Source: Datadog documentation, metric names: ASCII letters, digits, `_` and `.`; at most 200. */
const MAX_NAME = 200;
const MAX_TAG = 200;

/** A metric name that Datadog takes: begins with a letter, everything else that is not allowed is `_`. */
export function metricName(name: string): string {
  const clean = name
    .replace(/[^A-Za-z0-9_.]+/g, '_')
    .replace(/^[^A-Za-z]+/, '')
    .slice(0, MAX_NAME);
  return clean || 'unnamed';
}

/**
 * `key:value`, with what would end the tag, the line or the datagram replaced by `_`. The Agent does
 * the rest of the normalisation. Undefined for an attribute without a value.
 */
export function tag(key: string, value: unknown): string | undefined {
  const text = typeof value === 'object' && value !== null ? JSON.stringify(value) : value;
  if (text === undefined || text === null || text === '') return undefined;
  return safe(`${key}:${String(text)}`);
}

/** Text without the characters that have a meaning in the protocol. */
export function safe(text: string): string {
  return text.slice(0, MAX_TAG).replace(/[|,#\s\p{Cc}]+/gu, '_');
}
