import {
  type AttributeType,
  GENAI_ATTRIBUTES,
  type GenAiAttributeName,
} from '../../src/genai/conventions/index.ts';
import type { Draft } from './dialects/index.ts';

type Fix = (value: unknown) => unknown;

const FIXES: Readonly<Record<AttributeType, Fix>> = {
  string: (value) =>
    typeof value === 'string' ? value : typeof value === 'number' ? String(value) : undefined,
  int: (value) => {
    const number = toNumber(value);
    return number === undefined ? undefined : Math.trunc(number);
  },
  double: toNumber,
  boolean: (value) => (value === 'true' ? true : value === 'false' ? false : value),
  strings: toStrings,
  json: (value) => value,
};

/** Gives one attribute the type the conventions demand, or removes it if that cannot be done. */
export function fixValue(draft: Draft, name: GenAiAttributeName): void {
  const value = draft[name];
  const fixed = FIXES[GENAI_ATTRIBUTES[name]](value);
  if (fixed === undefined) delete draft[name];
  else if (fixed !== value) draft[name] = fixed;
}

function toNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'string' || value.trim() === '') return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}

function toStrings(value: unknown): string[] | undefined {
  if (Array.isArray(value)) return value.filter((item) => item != null).map(String);
  if (typeof value !== 'string') return undefined;
  if (value.startsWith('[')) {
    try {
      return toStrings(JSON.parse(value));
    } catch {
      // Not JSON after all.
    }
  }
  return [value];
}
