import type { TextMapGetter, TextMapSetter } from '@opentelemetry/api';
import { BAGGAGE_LIMITS, isToken } from './baggage-header.ts';
import { lastValue } from './carrier-values.ts';
import { isPrintable } from './datadog-tags.ts';

/** OpenTracing baggage, one header for each item, as Datadog's tracers send it beside their ids. */
export const LEGACY_PREFIX = 'ot-baggage-';
const FIRST = LEGACY_PREFIX.charCodeAt(0);

/**
 * The items of a carrier by their keys, in the form they travel, whole items within the limits of
 * baggage; undefined if there are none.
 */
export function readLegacyBaggage<C>(
  carrier: C,
  getter: TextMapGetter<C>,
): ReadonlyMap<string, string> | undefined {
  let items: Map<string, string> | undefined;
  let bytes = 0;
  for (const name of getter.keys(carrier)) {
    if (name.charCodeAt(0) !== FIRST || !name.startsWith(LEGACY_PREFIX)) continue;
    const value = lastValue(getter.get(carrier, name));
    if (value === undefined || !isToken(name) || name.length === LEGACY_PREFIX.length) continue;
    // Carriers other than HTTP can hold what no header may; encoded as dd-trace does.
    const text = isPrintable(value) ? value : encodeURIComponent(value.toWellFormed());
    bytes += name.length + text.length;
    if (bytes > BAGGAGE_LIMITS.maxBytes || items?.size === BAGGAGE_LIMITS.maxItems) break;
    items ??= new Map();
    items.set(name.slice(LEGACY_PREFIX.length), text);
  }
  return items;
}

/** Passes the items on. */
export function writeLegacyBaggage<C>(
  items: ReadonlyMap<string, string>,
  carrier: C,
  setter: TextMapSetter<C>,
): void {
  for (const [key, value] of items) setter.set(carrier, LEGACY_PREFIX + key, value);
}
