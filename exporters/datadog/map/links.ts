import type { Attributes, Link } from '@opentelemetry/api';
import { toJson } from './json.ts';
import { LIMITS } from './normalise.ts';

/**
 * Links as the JSON of `meta._dd.span_links`. What does not fit into 25 000 characters is left out
 * link by link, so that the text stays JSON.
 */
export function linksJson(links: readonly Link[]): string {
  let text = '[';
  for (const link of links) {
    const json = JSON.stringify(linkObject(link));
    if (json.length + text.length + 2 > LIMITS.metaValue) break;
    text += text.length > 1 ? `,${json}` : json;
  }
  return `${text}]`;
}

function linkObject({ context, attributes, droppedAttributesCount }: Link): object {
  const tracestate = context.traceState?.serialize();
  const flat = flatAttributes(attributes);
  return {
    trace_id: context.traceId,
    span_id: context.spanId,
    ...(tracestate ? { tracestate } : {}),
    ...(flat.length > 0 ? { attributes: Object.fromEntries(flat) } : {}),
    ...(droppedAttributesCount ? { dropped_attributes_count: droppedAttributesCount } : {}),
    flags: context.traceFlags,
  };
}

/**
 * Attributes of a link as text, arrays as `key.0`, `key.1` …
 * Source: Datadog tracers' RFC on span links.
 */
export function flatAttributes(attributes: Attributes | undefined): [string, string][] {
  const flat: [string, string][] = [];
  for (const [key, value] of Object.entries(attributes ?? {})) flatten(key, value, flat);
  return flat;
}

function flatten(key: string, value: unknown, into: [string, string][]): void {
  if (value === undefined || value === null) return;
  if (Array.isArray(value)) {
    value.forEach((item: unknown, index) => {
      flatten(`${key}.${index}`, item, into);
    });
    return;
  }
  const text = typeof value === 'object' ? toJson(value) : String(value);
  if (text !== undefined) into.push([key, text]);
}
