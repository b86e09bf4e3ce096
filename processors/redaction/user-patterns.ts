import { errorMessage } from '../../src/core/index.ts';
import { KeyRules } from './key-rules.ts';
import type { Hit } from './match.ts';
import type { Placeholders } from './placeholders.ts';

/** A user's own rule. */
export interface PatternRule {
  /** Label of its metric. Default `pattern-<n>`. */
  readonly name?: string;
  /** A regular expression in RE2 syntax: everything but look-around and back-references. */
  readonly pattern: string;
  /** Text that stands in the place of a match. Default: the placeholder of `custom`. */
  readonly replacement?: string;
  /** Keys of the attributes it applies to, `*` as wildcard. Default: everywhere. */
  readonly where?: readonly string[];
  /** Compile with the engine of JavaScript, which knows look-around and can hang on hostile input. */
  readonly unsafe?: boolean;
}

/** A compiled rule. */
export interface CompiledRule {
  readonly name: string;
  readonly replacement?: string;
  /** True if the rule applies to the attribute; the key is empty for names and messages. */
  appliesTo(key: string): boolean;
  /** The matches in a text, or `whole` if the pattern is invalid and the value must go entirely. */
  find(text: string): readonly (readonly [start: number, end: number])[] | 'whole';
}

/** The part of `re2js` that is used. */
interface Re2Module {
  readonly RE2JS: { compile(pattern: string): { matcher(text: string): Re2Matcher } };
}
interface Re2Matcher {
  find(): boolean;
  start(): number;
  end(): number;
}

/** What compiling needs. */
export interface PatternHost {
  /** Loads `re2js` when the first pattern needs it. */
  readonly load?: ((module: string) => unknown) | undefined;
  /** Told of each pattern that cannot be compiled. */
  readonly onInvalid?: ((name: string, pattern: string, reason: string) => void) | undefined;
}

/** The rule for the query of URLs. */
export function compileQueryRule(pattern: string | undefined, host: PatternHost): CompiledRule | undefined {
  const rule = { name: 'query-string', pattern: pattern ?? '', replacement: '<redacted>' };
  return pattern ? compileRules([rule], host)[0] : undefined;
}

/**
 * Compiles users' patterns. One that is invalid hides the whole of every value it applies to,
 * because what it was meant to hide is not known.
 */
export function compileRules(rules: readonly (string | PatternRule)[], host: PatternHost): CompiledRule[] {
  let re2: Re2Module | undefined;
  return rules.map((each, index) => {
    const rule: PatternRule = typeof each === 'string' ? { pattern: each } : each;
    const name = rule.name ?? `pattern-${index + 1}`;
    const base = {
      name,
      ...(rule.replacement === undefined ? {} : { replacement: rule.replacement }),
      appliesTo: scopeOf(rule),
    };
    try {
      if (rule.unsafe) return { ...base, find: nativeFinder(rule.pattern) };
      re2 ??= loadRe2(host);
      return { ...base, find: re2Finder(re2, rule.pattern) };
    } catch (error) {
      host.onInvalid?.(name, rule.pattern, errorMessage(error));
      return { ...base, find: () => 'whole' as const };
    }
  });
}

function loadRe2({ load }: PatternHost): Re2Module {
  if (!load) throw new Error('no way to load re2js was given');
  return load('re2js') as Re2Module;
}

function scopeOf({ where }: PatternRule): (key: string) => boolean {
  if (!where || where.length === 0) return () => true;
  const keys = new KeyRules({ allowKeys: where });
  return (key) => keys.judge(key).allowed;
}

function re2Finder({ RE2JS }: Re2Module, pattern: string): CompiledRule['find'] {
  const compiled = RE2JS.compile(pattern);
  return (text) => {
    const matcher = compiled.matcher(text);
    const found: [number, number][] = [];
    while (matcher.find()) {
      if (matcher.end() > matcher.start()) found.push([matcher.start(), matcher.end()]);
    }
    return found;
  };
}

function nativeFinder(pattern: string): CompiledRule['find'] {
  const compiled = new RegExp(pattern, 'gu');
  return (text) => {
    const found: [number, number][] = [];
    for (const { index, 0: match } of text.matchAll(compiled)) {
      if (match.length > 0) found.push([index, index + match.length]);
    }
    return found;
  };
}

/** The hits of a rule in a text, none inside a placeholder that already stands there. */
export function hitsOf(rule: CompiledRule, text: string, placeholders: Placeholders): Hit[] {
  const hits: Hit[] = [];
  let offset = 0;
  placeholders.split(text).forEach((piece, index) => {
    const found = index % 2 === 1 || piece === '' ? [] : rule.find(piece);
    const ranges = found === 'whole' ? ([[0, piece.length]] as const) : found;
    for (const [start, end] of ranges) {
      hits.push({ start: offset + start, end: offset + end, kind: 'custom', detector: rule.name });
    }
    offset += piece.length;
  });
  return hits;
}
