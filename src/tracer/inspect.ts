import type { InspectOptionsStylized, inspect } from 'node:util';
import type { Resource } from '@opentelemetry/resources';

/** The method that `util.inspect` and `console.log` call. */
export const INSPECT: unique symbol = Symbol.for('nodejs.util.inspect.custom') as never;

/** The signature of that method. */
export type InspectArguments = [depth: number, options: InspectOptionsStylized, print: typeof inspect];

/** `Name { … }`, or `[Name]` below the depth that is shown. */
export function inspected(name: string, content: object, [depth, options, print]: InspectArguments): string {
  if (depth < 0) return options.stylize(`[${name}]`, 'special');
  const inner = options.depth == null ? options.depth : options.depth - 1;
  return `${name} ${print(content, { ...options, depth: inner ?? null })}`;
}

/** The attributes that are known: asking the resource for all would complain while some are awaited. */
export function knownAttributes(resource: Resource): Record<string, unknown> {
  const known: Record<string, unknown> = {};
  for (const [key, value] of resource.getRawAttributes()) {
    if (value !== null && value !== undefined && !(value instanceof Promise)) known[key] ??= value;
  }
  return known;
}
