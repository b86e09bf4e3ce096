import type { AnyValue, Attributes } from '@opentelemetry/api';
import { codePointBoundary, truncateText } from '../../src/core/index.ts';
import { Replacer } from './actions.ts';
import { OPTIONAL_DETECTORS } from './detect/optional.ts';
import { KeyMemory, type KnownKey } from './key-memory.ts';
import { KeyRules, type KeyVerdict } from './key-rules.ts';
import { ERROR_PLACEHOLDER, KIND_NAMES, KINDS, type Kind } from './kinds.ts';
import type { Hit } from './match.ts';
import { DEFAULT_CONTENT_LENGTH, DEFAULT_VALUE_LENGTH, type RedactorOptions } from './options.ts';
import { Placeholders } from './placeholders.ts';
import { Scanner } from './scanner.ts';
import { sanitizeStatement, systemOf } from './statement.ts';
import { rename, TreeWalker } from './tree.ts';
import { type CompiledRule, compileQueryRule, compileRules, hitsOf } from './user-patterns.ts';

/** Scanned beyond the length limit, so that what stands across it is recognised. */
const OVERLAP = 1_024;
/** How often a text is searched at most if things are found again and again; a long one only twice. */
const PASSES = 8;
const LONG_TEXT = 8_192;
/** Longest key, in UTF-16 units. */
const KEY_LENGTH = 512;

/** Lists that are looked at quickly first: so many items of such a length. */
const SHORT_LIST = 16;
const LENGTH_OF_ITEM = 256;

/** Something that was found, for those who want to show why. */
export interface Finding extends Hit {
  readonly replacement: string | undefined;
}

/** Finds and replaces what must not leave the process. Never throws; see {@link createRedactor}. */
export class Redactor {
  readonly keys: KeyRules;
  readonly placeholders: Placeholders;
  /** How many things were found since it was created. */
  found = 0;
  private readonly replacer: Replacer;
  private readonly scanner: Scanner;
  private readonly kinds: ReadonlySet<Kind>;
  private readonly rules: readonly CompiledRule[];
  private readonly queryRule: CompiledRule | undefined;
  private readonly valueLength: number;
  private readonly contentLength: number;
  private exemptRedactor: Redactor | undefined;
  private readonly plain: KeyVerdict;
  private readonly memory: KeyMemory;
  /** Something beside the detectors may change a value. */
  private readonly hasRules: boolean;

  constructor(private readonly options: RedactorOptions) {
    this.keys = new KeyRules(options);
    this.plain = { ...this.keys.judge('plain'), content: true };
    this.placeholders = new Placeholders(options.placeholders);
    this.replacer = new Replacer(options, this.placeholders);
    this.kinds = new Set(KIND_NAMES.filter((kind) => options.kinds?.[kind] ?? KINDS[kind].default));
    this.scanner = new Scanner({
      kinds: this.kinds,
      assignments: { keys: this.keys, placeholders: this.placeholders },
      numberDetectors: OPTIONAL_DETECTORS.filter(([kind]) => this.kinds.has(kind)).map(([, find]) => find),
    });
    this.rules = compileRules(options.patterns ?? [], options);
    this.queryRule = compileQueryRule(options.queryPattern, options);
    this.hasRules = this.rules.length > 0 || this.queryRule !== undefined || options.sql === true;
    this.memory = new KeyMemory(this.keys, (key, { allowed }) => (allowed ? key : this.cleanName(key)));
    this.valueLength = options.valueLength ?? DEFAULT_VALUE_LENGTH;
    this.contentLength = options.contentLength ?? DEFAULT_CONTENT_LENGTH;
  }

  /**
   * The same without a limit set by the user, which is one of spans and log records: resources and
   * scopes are not cut. Source: OpenTelemetry specification, "Attribute limits", exempt entities.
   */
  get exempt(): Redactor {
    if (this.valueLength >= DEFAULT_VALUE_LENGTH) return this;
    this.exemptRedactor ??= new Redactor({
      ...this.options,
      valueLength: DEFAULT_VALUE_LENGTH,
      contentLength: DEFAULT_CONTENT_LENGTH,
    });
    return this.exemptRedactor;
  }

  /** Attributes with everything replaced that must not leave; the same object if that is nothing. */
  redactAttributes(attributes: Attributes): Attributes {
    const { memory } = this;
    let known = memory.first;
    let copy: Attributes | undefined;
    for (const key in attributes) {
      const value = attributes[key] as AnyValue;
      known = memory.after(known, key);
      if (known.isPlain && this.isUntouched(known, value)) continue;
      const clean = this.redactAttribute(key, value, known.verdict.statement ? systemOf(attributes) : '');
      if (clean === value && known.name === key) continue;
      copy ??= { ...attributes };
      rename(copy, key, known.name, clean);
    }
    return copy ?? attributes;
  }

  /** The quick answer for nearly all attributes: nothing to find in the value. */
  private isUntouched(known: KnownKey, value: AnyValue): boolean {
    if (typeof value === 'string') return this.isClean(known, value);
    if (!Array.isArray(value)) return typeof value === 'number' || typeof value === 'boolean';
    if (value.length > SHORT_LIST || known.verdict.alternating) return false;
    for (const item of value)
      if (typeof item !== 'string' || item.length > LENGTH_OF_ITEM || !this.isClean(known, item))
        return false;
    return true;
  }

  private isClean(known: KnownKey, value: string): boolean {
    if (known.isClean(value)) return true;
    if (this.hasRules || value.length > this.limitOf(known.verdict, known.key)) return false;
    try {
      if (this.scanner.scan(value, !known.verdict.counting).length > 0 || !value.isWellFormed()) return false;
      known.note(value);
      return true;
    } catch {
      return false;
    }
  }

  /** A key can hold a secret too: counters by e-mail address, for one. */
  private cleanName(key: string): string {
    const piece = key.length > KEY_LENGTH ? key.slice(0, codePointBoundary(key, KEY_LENGTH)) : key;
    try {
      return truncateText(this.redactFound(piece, true) ?? this.placeholders.of('key'), KEY_LENGTH);
    } catch {
      return this.failed();
    }
  }

  /**
   * One value under its key; undefined if it is to be dropped. Fails closed.
   *
   * @param system which database a statement is for, as in `db.system.name`
   */
  redactAttribute(key: string, value: AnyValue, system = ''): AnyValue {
    try {
      if (typeof value === 'string') return this.redactString(value, this.keys.judge(key), key, system);
      return typeof value === 'object' && value !== null
        ? this.newWalker().walk(value, key)
        : this.redactScalar(key, value);
    } catch {
      return this.failed();
    }
  }

  /** A text without a key: a span name, a status message, a log line. Never dropped. */
  redactText(text: string): string {
    try {
      return this.redactString(text, this.plain, '') ?? this.placeholders.of('key');
    } catch {
      return this.failed();
    }
  }

  /** A value without a key, such as the body of a log record. */
  redactValue(value: AnyValue): AnyValue {
    if (typeof value === 'string') return this.redactText(value);
    try {
      return typeof value === 'object' && value !== null ? this.newWalker().walk(value, '') : value;
    } catch {
      return this.failed();
    }
  }

  /** What would be replaced in a text and why, without replacing it. */
  explain(text: string, key = ''): readonly Finding[] {
    const verdict = key === '' ? this.plain : this.keys.judge(key);
    if (verdict.allowed) return [];
    const hits: Hit[] = verdict.blocked
      ? [{ start: 0, end: text.length, kind: 'key', detector: 'key' }]
      : [...this.scanner.scan(text, !verdict.counting)];
    for (const rule of this.rules.filter((each) => each.appliesTo(key))) {
      const own = hitsOf(rule, text, this.placeholders);
      hits.push(...own.filter(({ start, end }) => hits.every((hit) => end <= hit.start || start >= hit.end)));
    }
    const replacementOf = (hit: Hit): string | undefined =>
      this.rules.find(({ name }) => name === hit.detector)?.replacement ??
      this.replacer.replace(hit.kind, text.slice(hit.start, hit.end));
    return hits.sort((a, b) => a.start - b.start).map((hit) => ({ ...hit, replacement: replacementOf(hit) }));
  }

  private newWalker(): TreeWalker {
    return new TreeWalker({
      keys: this.keys,
      room: Math.max(this.contentLength, this.valueLength),
      text: (text, verdict, key) => this.redactString(text, verdict, key),
      scalar: (key, value) => this.redactScalar(key, value),
      blocked: (value) => (this.kinds.has('key') ? this.eraseObject(value) : value),
      name: (key) => this.memory.of(key).name,
    });
  }

  private failed(): string {
    this.options.onFound?.('error', 'error');
    this.found++;
    return ERROR_PLACEHOLDER;
  }

  private count(detector: string, kind: Kind): void {
    this.found++;
    this.options.onFound?.(detector, kind);
  }

  /** A number under a secret key is dropped, since text in its place would change its type. */
  private redactScalar(key: string, value: AnyValue): AnyValue {
    if (typeof value !== 'number' || !this.kinds.has('key') || !this.keys.judge(key).blocked) return value;
    this.count('key', 'key');
    return this.options.dryRun ? value : undefined;
  }

  private redactString(text: string, verdict: KeyVerdict, key: string, system = ''): string | undefined {
    const limit = this.limitOf(verdict, key);
    if (verdict.blocked && this.kinds.has('key')) return this.erase(text, limit);
    const piece =
      text.length > limit + OVERLAP ? text.slice(0, codePointBoundary(text, limit + OVERLAP)) : text;
    if (verdict.allowed) return truncateText(piece, limit);
    let clean = this.redactFound(piece, !verdict.counting);
    if (clean !== undefined && verdict.url && this.queryRule)
      clean = this.redactQuery(this.queryRule, clean, key);
    if (clean !== undefined && verdict.statement && this.options.sql && !this.options.dryRun)
      clean = sanitizeStatement(clean, system);
    for (const rule of this.rules) {
      if (clean === undefined) return undefined;
      if (rule.appliesTo(key)) clean = this.applyRule(rule, clean);
    }
    return clean === undefined ? undefined : truncateText(clean, limit);
  }

  /** Until nothing is found any more: a number may have run on in a secret beside it. */
  private redactFound(text: string, numbers: boolean): string | undefined {
    const passes = text.length > LONG_TEXT ? 2 : PASSES;
    let clean: string | undefined = text;
    for (let pass = 0; pass < passes; pass++) {
      const current: string = clean;
      // What begins with a placeholder was found already.
      const isNew = ({ start }: Hit): boolean => !this.placeholders.isAt(current, start);
      const hits = this.scanner.scan(current, numbers).filter(isNew);
      if (hits.length > 0) clean = this.apply(current, hits);
      if (hits.length === 0 || clean === undefined || this.options.dryRun) return clean;
    }
    return clean;
  }

  /** A user's limit is one of attribute values; names, messages and bodies keep the default one. */
  private limitOf(verdict: KeyVerdict, key: string): number {
    if (key === '') return Math.max(this.valueLength, DEFAULT_VALUE_LENGTH);
    return verdict.content ? this.contentLength : this.valueLength;
  }

  private erase(text: string, limit: number): string | undefined {
    if (text === '' || this.placeholders.is(text)) return text;
    this.count('key', 'key');
    return this.options.dryRun ? truncateText(text, limit) : this.replacer.replace('key', text);
  }

  private apply(text: string, hits: readonly Hit[], replacement?: string): string | undefined {
    for (const { detector, kind } of hits) this.count(detector, kind);
    return this.options.dryRun ? text : this.replacer.replaceAll(text, hits, replacement);
  }

  private applyRule(rule: CompiledRule, text: string): string | undefined {
    const hits = hitsOf(rule, text, this.placeholders);
    return hits.length === 0 ? text : this.apply(text, hits, rule.replacement);
  }

  /** The query of a URL; all of it where the pattern is invalid, as dd-trace does. */
  private redactQuery(rule: CompiledRule, url: string, key: string): string | undefined {
    const at = key === 'url.query' ? 0 : url.indexOf('?') + 1;
    if (at === 0 && key !== 'url.query') return url;
    const query = this.applyRule(rule, url.slice(at));
    return query === undefined ? undefined : url.slice(0, at) + query;
  }

  /** A list or map under a secret key; a list stays a list. */
  private eraseObject(value: object): AnyValue {
    const items = Array.isArray(value) ? (value as unknown[]) : [value];
    if (items.every((item) => typeof item === 'string' && this.placeholders.is(item)))
      return value as AnyValue;
    this.count('key', 'key');
    if (this.options.dryRun) return value as AnyValue;
    const placeholder = this.replacer.actionOf('key') === 'drop' ? undefined : this.placeholders.of('key');
    return Array.isArray(value) && placeholder !== undefined ? [placeholder] : placeholder;
  }
}

/**
 * A redactor: the engine behind the processors, usable alone.
 *
 * @example
 * const redactor = createRedactor({ kinds: { phone: true } });
 * redactor.redactText('mail ada@example.com'); // 'mail [EMAIL_REDACTED]'
 */
export function createRedactor(options: RedactorOptions = {}): Redactor {
  return new Redactor(options);
}
