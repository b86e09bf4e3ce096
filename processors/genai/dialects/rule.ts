import { ATTR, providerName } from '../../../src/genai/conventions/index.ts';

/** Attributes while they are being put in order. */
export type Draft = Record<string, unknown>;

/** Where a foreign attribute goes, and how its value changes. `drop` removes it. */
export interface Rule {
  readonly to: string | 'drop';
  /** Returns undefined for a value that cannot be used. */
  readonly convert?: (value: unknown) => unknown;
}

/** Foreign names and what becomes of them. */
export type RuleTable = Readonly<Record<string, Rule | string>>;

/** One way of writing GenAI spans. */
export interface Dialect {
  readonly name: string;
  /** True if the span is written this way; absent: its names are unmistakable. */
  applies?(attributes: Draft): boolean;
  readonly rules: RuleTable;
  /** The operation, if the dialect tells it otherwise than by a rule. */
  operation?(attributes: Draft): string | undefined;
}

/** Removes the attribute. */
export const DROP: Rule = { to: 'drop' };

/** Milliseconds to the seconds of the conventions. */
export function ms(to: string): Rule {
  return { to, convert: (value) => (typeof value === 'number' ? value / 1000 : undefined) };
}

/** A single reason becomes a list of one. */
export const FINISH_REASON: Rule = {
  to: ATTR.finishReasons,
  convert: (value) => (typeof value === 'string' && !value.startsWith('[') ? [value] : value),
};

/** A provider in the convention's spelling. */
export const PROVIDER: Rule = {
  to: ATTR.provider,
  convert: (value) => (typeof value === 'string' && value !== '' ? providerName(value) : undefined),
};

/** An operation by a table of the dialect's words. */
export function operationFrom(words: Readonly<Record<string, string>>): Rule {
  return { to: ATTR.operation, convert: (value) => words[String(value).toLowerCase()] };
}
