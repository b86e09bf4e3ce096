import type { AnyValue, Attributes, HrTime } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';

/** The longest value of one attribute, and the longest attribute list of a line, in characters. */
const MAX_VALUE = 60;
const MAX_ATTRIBUTES = 200;

/** `12:31:05.042`, UTC. */
export function timeOf([seconds, nanos]: HrTime): string {
  return new Date(seconds * 1_000 + nanos / 1e6).toISOString().slice(11, 23);
}

/** `850µs`, `12.3ms`, `1.20s`, `3m05s`. */
export function durationOf([seconds, nanos]: HrTime): string {
  const ms = seconds * 1_000 + nanos / 1e6;
  if (ms < 1) return `${Math.round(ms * 1_000)}µs`;
  if (ms < 1_000) return `${ms.toFixed(ms < 100 ? 1 : 0)}ms`;
  if (seconds < 60) return `${(ms / 1_000).toFixed(2)}s`;
  return `${Math.floor(seconds / 60)}m${String(seconds % 60).padStart(2, '0')}s`;
}

/** The name of the service that a resource stands for. */
export function serviceOf(resource: Resource): string {
  return inline(resource.attributes['service.name'] ?? 'unknown_service');
}

/** A value on one line, at most `max` characters. */
export function inline(value: AnyValue, max = MAX_VALUE): string {
  const text = typeof value === 'string' ? value : serialize(value);
  // Control characters could break the line or drive the terminal.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  const clean = text.slice(0, max + 1).replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ');
  return clean.length > max ? `${clean.slice(0, max - 1)}…` : clean;
}

function serialize(value: AnyValue): string {
  if (value instanceof Uint8Array) return `<${value.length} bytes>`;
  try {
    return JSON.stringify(value) ?? '';
  } catch {
    return String(value);
  }
}

/**
 * `key=value` pairs with a space between them; what does not fit in the line is only counted.
 *
 * @param first keys that are worth showing first
 */
export function attributesOf(attributes: Attributes, first: readonly string[] = []): string {
  const keys = Object.keys(attributes);
  const wanted = first.filter((key) => attributes[key] !== undefined);
  const ordered = [...wanted, ...keys.filter((key) => !wanted.includes(key))];
  const pairs: string[] = [];
  let length = 0;
  for (const key of ordered) {
    const pair = `${inline(key)}=${inline(attributes[key])}`;
    length += pair.length + 1;
    if (length > MAX_ATTRIBUTES) break;
    pairs.push(pair);
  }
  const rest = ordered.length - pairs.length;
  return rest > 0 ? `${pairs.join(' ')} +${rest} more`.trimStart() : pairs.join(' ');
}

/** The words that are there, with a space between them. */
export function words(...parts: readonly (string | undefined)[]): string {
  return parts.filter(Boolean).join(' ');
}
