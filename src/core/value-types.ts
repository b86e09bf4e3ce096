import type { Parsed, ValueType } from './variable.ts';

/** Any text. */
export function text(accepts = 'any text'): ValueType<string> {
  return { name: 'string', accepts, parse: (value) => ({ value }), format: String };
}

/**
 * `true` or `false` in any case. Anything else is a mistake, and counts as false.
 * Source: OpenTelemetry specification, "Environment variable specification", Boolean.
 */
export function boolean(): ValueType<boolean> {
  return {
    name: 'boolean',
    accepts: 'true or false',
    words: ['true', 'false'],
    parse(input) {
      const lower = input.toLowerCase();
      if (lower === 'true') return { value: true };
      if (lower === 'false') return { value: false };
      return { problem: 'is not a boolean', instead: false };
    },
    format: String,
  };
}

/** A boolean as Datadog's variables have it: also `1` and `0`; anything else counts as not set. */
export function datadogBoolean(): ValueType<boolean> {
  return {
    ...boolean(),
    accepts: 'true, false, 1 or 0',
    parse(input) {
      const lower = input.toLowerCase();
      if (lower === 'true' || lower === '1') return { value: true };
      if (lower === 'false' || lower === '0') return { value: false };
      return { problem: 'is not a boolean' };
    },
  };
}

/** Bounds of a number, both inclusive. */
export interface Range {
  readonly min?: number;
  readonly max?: number;
}

/** A decimal number within the range. */
export function number(range: Range = {}): ValueType<number> {
  return numeric('number', 'a number', range, /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i);
}

/** A whole number within the range. */
export function integer(range: Range = {}): ValueType<number> {
  return numeric('integer', 'a whole number', range, /^[+-]?\d+$/, Number.MAX_SAFE_INTEGER);
}

/** The longest delay a timer of Node.js takes; with a longer one it fires at once. About 25 days. */
const LONGEST_TIMER = 2_147_483_647;

/** A length of time in milliseconds, a whole number from 0 to 2147483647 unless the range is narrower. */
export function duration(range: Range = {}): ValueType<number> {
  const bounds = { min: 0, max: LONGEST_TIMER, ...range };
  return numeric('duration (ms)', 'a whole number of milliseconds', bounds, /^[+-]?\d+$/);
}

function numeric(
  name: string,
  kind: string,
  range: Range,
  form: RegExp,
  largest = Number.MAX_VALUE,
): ValueType<number> {
  const { min = -largest, max = largest } = range;
  const accepts = `${kind}${describeRange(range)}`;
  return {
    name,
    accepts,
    parse(input) {
      if (!form.test(input)) return { problem: `is not ${kind}` };
      const value = Number(input);
      if (value < min || value > max) return { problem: 'is out of range', code: 'CFG002' };
      return { value };
    },
    format: String,
  };
}

function describeRange({ min, max }: Range): string {
  if (min !== undefined && max !== undefined) return ` from ${min} to ${max}`;
  if (min !== undefined) return ` ≥ ${min}`;
  return max === undefined ? '' : ` ≤ ${max}`;
}

/**
 * One of the given words, in any case; `-` and `_` are interchangeable and optional, so that
 * `parent_based_trace_id_ratio` names `parentbased_traceidratio`.
 *
 * @param words accepted words, in the form handed on
 * @param synonyms other spellings and the word each stands for
 */
export function oneOf<W extends string>(
  words: readonly W[],
  synonyms: Readonly<Record<string, W>> = {},
): ValueType<W> {
  const table = new Map<string, W>();
  for (const [spelling, word] of Object.entries(synonyms)) table.set(squeeze(spelling), word);
  for (const word of words) table.set(squeeze(word), word);
  return {
    name: 'enum',
    accepts: words.join(', '),
    words,
    parse(input) {
      const word = table.get(squeeze(input));
      return word === undefined ? { problem: 'is not known', code: 'CFG003' } : { value: word };
    },
    format: String,
  };
}

function squeeze(word: string): string {
  return word.toLowerCase().replace(/[-_]/g, '');
}

/**
 * Comma-separated items, each trimmed, empty ones skipped. One bad item makes the list bad, and so
 * does having no item; an empty YAML sequence is an empty list. Its items may hold commas.
 */
export function listOf<T>(item: ValueType<T>): ValueType<readonly T[]> {
  return {
    name: `list of ${item.name}`,
    accepts: item.words ? `a comma-separated list of ${item.accepts}` : `comma-separated: ${item.accepts}`,
    ...(item.words ? { words: item.words } : {}),
    parse(input) {
      const parsed = parseItems(item, input.split(','));
      return 'value' in parsed && parsed.value.length === 0 ? { problem: 'names nothing' } : parsed;
    },
    parseItems: (items) => parseItems(item, items),
    format: (values) => values.map((value) => item.format(value)).join(','),
  };
}

function parseItems<T>(item: ValueType<T>, items: readonly string[]): Parsed<readonly T[]> {
  const values: T[] = [];
  for (const part of items) {
    const trimmed = part.trim();
    if (trimmed === '') continue;
    const parsed = item.parse(trimmed);
    if ('problem' in parsed) {
      const { problem, code = 'CFG001' } = parsed;
      return { problem, code, received: trimmed };
    }
    values.push(parsed.value);
  }
  return { value: Object.freeze(values) };
}

/** An absolute URL with one of the schemes, or `host:port` where `bare` names the scheme it gets. */
export function url(schemes: readonly string[] = ['http', 'https'], bare?: string): ValueType<string> {
  const list = schemes.map((scheme) => `${scheme}://`).join(' or ');
  return {
    name: 'URL',
    accepts: `a URL with ${list}`,
    parse(input): Parsed<string> {
      // `http//host` is a URL with a slip, not a host called `http`.
      const candidate = bare && !input.includes('//') ? `${bare}://${input}` : input;
      if (!candidate.includes('://')) return { problem: `does not begin with ${list}` };
      let parsed: URL;
      try {
        parsed = new URL(candidate);
      } catch {
        return { problem: 'is not a URL' };
      }
      const scheme = parsed.protocol.slice(0, -1).toLowerCase();
      if (!schemes.includes(scheme)) return { problem: `does not begin with ${list}` };
      if (scheme !== 'unix' && parsed.hostname === '') return { problem: 'has no host' };
      return { value: candidate };
    },
    format: String,
  };
}

/** `key=value` pairs with a comma between them; keys and values percent-decoded (W3C Baggage form). */
export function keyValues(): ValueType<Readonly<Record<string, string>>> {
  return {
    name: 'key=value list',
    accepts: 'key=value pairs with a comma between them',
    parse(input) {
      const pairs: [string, string][] = [];
      for (const part of input.split(',')) {
        if (part.trim() === '') continue;
        const split = part.indexOf('=');
        const key = split < 0 ? '' : decode(part.slice(0, split).trim());
        const value = decode(part.slice(split + 1).trim());
        if (!key || value === undefined) return { problem: 'is not a list of key=value pairs' };
        pairs.push([key, value]);
      }
      return { value: Object.freeze(Object.fromEntries(pairs)) };
    },
    parseEntries: (entries) => ({ value: Object.freeze(Object.fromEntries(entries)) }),
    format: (pairs) =>
      Object.entries(pairs)
        .map(([key, value]) => `${key}=${encodeURIComponent(value)}`)
        .join(','),
  };
}

function decode(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}

/** A path in the file system. Whether it exists is found out by whoever opens it. */
export function path(): ValueType<string> {
  return { name: 'path', accepts: 'a path', parse: (value) => ({ value }), format: String };
}
