import type { Parsed, ValueType } from '../../src/core/index.ts';
import { ACTIONS, type Action } from './actions.ts';
import { KIND_NAMES, type Kind } from './kinds.ts';
import type { PatternRule } from './user-patterns.ts';

/**
 * Regular expressions with a comma between them. A comma inside brackets, braces, parentheses or
 * after a backslash belongs to the expression (`\d{3,5}`).
 */
export function patternList(): ValueType<readonly string[]> {
  return {
    name: 'list of regular expressions',
    accepts: 'regular expressions with a comma between them',
    parse: (text) => ({ value: splitPatterns(text) }),
    parseItems: (items) => ({ value: items.filter((item) => item !== '') }),
    format: (patterns) => patterns.join(','),
  };
}

/** Splits at the commas that stand outside of brackets. */
export function splitPatterns(text: string): string[] {
  const patterns: string[] = [];
  let depth = 0;
  let current = '';
  for (let index = 0; index < text.length; index++) {
    const char = text[index] as string;
    if (char === '\\') {
      current += char + (text[++index] ?? '');
    } else if (char === ',' && depth <= 0) {
      patterns.push(current.trim());
      current = '';
    } else {
      if ('([{'.includes(char)) depth++;
      else if (')]}'.includes(char)) depth--;
      current += char;
    }
  }
  patterns.push(current.trim());
  return patterns.filter((pattern) => pattern !== '');
}

/** In the place of a rule that cannot be read: what it was meant to hide is not known. */
const HIDE: PatternRule = { name: 'not-valid', pattern: '(?s).+' };

/** A JSON list of rules. */
export function ruleList(): ValueType<readonly PatternRule[]> {
  return {
    name: 'JSON list',
    accepts: 'a JSON list of {"name", "pattern", "replacement", "where", "unsafe"}',
    parse(text): Parsed<readonly PatternRule[]> {
      let rules: unknown;
      try {
        rules = JSON.parse(text);
      } catch {
        return { problem: 'is not JSON', instead: [HIDE] };
      }
      if (!Array.isArray(rules)) return { problem: 'is not a list', instead: [HIDE] };
      const wrong = rules.findIndex((rule) => !isRule(rule));
      return wrong < 0
        ? { value: rules as PatternRule[] }
        : {
            problem: `has a rule that is not valid, number ${wrong + 1}`,
            instead: [...rules.filter(isRule), HIDE],
          };
    },
    format: (rules) => JSON.stringify(rules),
  };
}

const RULE_FIELDS: Readonly<Record<string, (value: unknown) => boolean>> = {
  name: isText,
  pattern: isText,
  replacement: isText,
  unsafe: (value) => typeof value === 'boolean',
  where: (value) => Array.isArray(value) && value.every(isText),
};

function isRule(rule: unknown): rule is PatternRule {
  if (typeof rule !== 'object' || rule === null || !('pattern' in rule)) return false;
  return Object.entries(rule).every(([field, value]) => RULE_FIELDS[field]?.(value) === true);
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}

/** Kinds switched on (`phone`) and off (`-email`); `none` starts from nothing. */
export function kindSwitches(): ValueType<Readonly<Partial<Record<Kind, boolean>>>> {
  const words = KIND_NAMES.flatMap((kind) => [kind, `-${kind}`]);
  return {
    name: 'list of kinds',
    accepts: `kinds with a comma between them, a dash in front to switch one off: none, ${KIND_NAMES.join(', ')}`,
    words,
    parse: (text) => parseKinds(text.split(',')),
    parseItems: (items) => parseKinds(items),
    format: (kinds) =>
      Object.entries(kinds)
        .map(([kind, on]) => (on ? kind : `-${kind}`))
        .join(','),
  };
}

function parseKinds(items: readonly string[]): Parsed<Readonly<Partial<Record<Kind, boolean>>>> {
  const kinds: Partial<Record<Kind, boolean>> = {};
  for (const item of items.map((each) => each.trim().toLowerCase()).filter(Boolean)) {
    const name = item.replace(/^-/, '') as Kind;
    if (item === 'none') for (const kind of KIND_NAMES) kinds[kind] = false;
    else if (KIND_NAMES.includes(name)) kinds[name] = item === name;
    else return { problem: `has "${item}", which is not known`, code: 'CFG003' };
  }
  return { value: kinds };
}

/** `kind=text` pairs. */
export function perKind<T>(
  accepts: string,
  parse: (text: string) => T | undefined,
): ValueType<Readonly<Partial<Record<Kind, T>>>> {
  const parseEntries = (
    entries: readonly (readonly [string, string])[],
  ): Parsed<Readonly<Partial<Record<Kind, T>>>> => {
    const values: Partial<Record<Kind, T>> = {};
    for (const [kind, text] of entries) {
      if (!KIND_NAMES.includes(kind as Kind))
        return { problem: `has "${kind}", which is not known`, code: 'CFG003' };
      const value = parse(text);
      if (value === undefined) return { problem: `has "${text}", which is not known`, code: 'CFG003' };
      values[kind as Kind] = value;
    }
    return { value: values };
  };
  return {
    name: 'kind=value list',
    accepts: `kind=${accepts}, with a comma between them`,
    parse: (text) =>
      parseEntries(
        text
          .split(',')
          .filter((part) => part.trim() !== '')
          .map(splitPair),
      ),
    parseEntries,
    format: (values) =>
      Object.entries(values)
        .map(([kind, value]) => `${kind}=${value}`)
        .join(','),
  };
}

function splitPair(part: string): readonly [string, string] {
  const at = part.indexOf('=');
  return at < 0 ? [part.trim(), ''] : [part.slice(0, at).trim(), part.slice(at + 1).trim()];
}

/** An action by its name. */
export function parseAction(text: string): Action | undefined {
  return ACTIONS.find((action) => action === text.toLowerCase());
}
