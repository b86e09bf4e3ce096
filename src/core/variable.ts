/**
 * What a setting is, declared once. From these declarations come validation,
 * did-you-mean, `docs/configuration.md`, the CLI and the keys of the YAML file.
 */
import type { ProblemCode } from './problem.ts';

/**
 * Outcome of reading one text: the value, or what is wrong with it, as the end of
 * `"<text>" …`, never quoting the text, which may be a secret; its code (default `CFG001`); the value
 * to go on with, if not the default; and the part that is wrong, if not all of it.
 */
export type Parsed<T> =
  | { readonly value: T }
  | {
      readonly problem: string;
      readonly code?: ProblemCode;
      readonly instead?: T;
      readonly received?: string;
    };

/** How the text of a setting becomes a value. Pure. */
export interface ValueType<T> {
  /** Short name for the docs, e.g. `boolean`, `duration (ms)`. */
  readonly name: string;
  /** What is accepted, as the end of "expected …", e.g. `a whole number ≥ 0`. */
  readonly accepts: string;
  /** The known words, for did-you-mean and the docs; absent where any text goes. */
  readonly words?: readonly string[];
  /** Turns a trimmed, non-empty text into a value, or says what is wrong with it. */
  parse(text: string): Parsed<T>;
  /** The same from a YAML sequence, for lists. */
  parseItems?(items: readonly string[]): Parsed<T>;
  /** The same from a YAML mapping, for key-value lists. */
  parseEntries?(entries: readonly (readonly [key: string, value: string])[]): Parsed<T>;
  /** Writes a value back in the form users write it, for the docs and for messages. */
  format(value: T): string;
}

/** One setting. Declare it with {@link variable}. */
export interface Variable<T> {
  /** Environment name, e.g. `OTEL_EXPORTER_OTLP_ENDPOINT`. */
  readonly name: string;
  readonly type: ValueType<T>;
  /** One or two sentences for users. */
  readonly doc: string;
  /** Heading under which the docs list it. */
  readonly topic: string;
  /** Used when neither the name nor an alias is set. */
  readonly default?: NoInfer<T>;
  /** True if the value must never be shown. */
  readonly secret?: boolean;
  /** Other names read, in order, when `name` is not set. */
  readonly aliases?: readonly string[];
  /** Dotted path in the YAML file and in `start({ config })`, e.g. `exporter.otlp.endpoint`. */
  readonly yaml?: string;
  /**
   * What a named destination of an exporter (`otlp/eu`) does not take over from its kind, since it
   * means one backend only; `address` also says where that is, and a named destination needs one.
   * Default: `address` for URLs, `true` for secrets.
   */
  readonly own?: boolean | 'address';
  /** Set while the feature behind the setting is not there yet: accepted, validated, reported. */
  readonly notYetActive?: boolean;
}

/** A setting that always has a value. */
export type DefaultedVariable<T> = Variable<T> & { readonly default: T };

/** A variable of any type, where only its declaration matters. */
// biome-ignore lint/suspicious/noExplicitAny: ValueType<T> is invariant in T, so no other type holds them all.
export type AnyVariable = Variable<any>;

/**
 * Declares a setting.
 *
 * @example
 * const TIMEOUT = variable({
 *   name: 'ACME_TIMEOUT', type: duration(), default: 10_000,
 *   topic: 'ACME', doc: 'How long one request may take.',
 * });
 */
export function variable<T>(declaration: DefaultedVariable<T>): DefaultedVariable<T>;
export function variable<T>(declaration: Variable<T>): Variable<T>;
export function variable<T>(declaration: Variable<T>): Variable<T> {
  return Object.freeze(declaration);
}
