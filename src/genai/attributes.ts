import type { Attributes, AttributeValue, Span } from '@opentelemetry/api';
import { GENAI_ATTRIBUTES, type GenAiAttributeName, type GenAiAttributes } from './conventions/index.ts';

/**
 * Attributes for a GenAI span, checked by the compiler and made fit for a span: undefined, NaN and
 * infinite values are left out, structures become JSON text, counts whole numbers.
 *
 * @example
 * span.setAttributes(genAiAttributes({ 'gen_ai.operation.name': 'chat', 'gen_ai.usage.input_tokens': 30 }));
 */
export function genAiAttributes(values: GenAiAttributes): Attributes {
  const attributes: Attributes = {};
  for (const name in values) {
    const value = toValue(name as GenAiAttributeName, values[name as GenAiAttributeName]);
    if (value !== undefined) attributes[name] = value;
  }
  return attributes;
}

/** Sets one attribute unless its value is undefined or cannot be written. */
export function setIf<K extends GenAiAttributeName>(span: Span, name: K, value: GenAiAttributes[K]): void {
  const written = toValue(name, value);
  if (written !== undefined) span.setAttribute(name, written);
}

function toValue(name: GenAiAttributeName, value: unknown): AttributeValue | undefined {
  if (value === undefined || value === null) return undefined;
  switch (GENAI_ATTRIBUTES[name]) {
    case 'int':
      return Number.isFinite(value) ? Math.trunc(value as number) + 0 : undefined;
    case 'double':
      return Number.isFinite(value) ? (value as number) : undefined;
    case 'strings':
      if (typeof value === 'string') return [value];
      return Array.isArray(value) ? value.map(String) : undefined;
    case 'json':
      return toJsonText(value);
    case 'string':
      return typeof value === 'object' ? undefined : String(value);
    case 'boolean':
      return typeof value === 'boolean' ? value : undefined;
    default:
      return value as AttributeValue;
  }
}

/** JSON text of anything; texts stay as they are. Undefined for what cannot be written at all. */
export function toJsonText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  try {
    return JSON.stringify(value, (_key, item: unknown) =>
      typeof item === 'bigint' ? item.toString() : item,
    );
  } catch {
    return undefined;
  }
}
