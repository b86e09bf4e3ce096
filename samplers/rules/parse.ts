import { parseCondition } from './parse-condition.ts';
import type { Condition, RateSpec, Rule } from './rule.ts';
import { Scanner } from './scanner.ts';
import { RuleSyntaxError } from './syntax-error.ts';

/** The rules of a text that could be read, and the mistakes in the others. */
export interface ParsedRules {
  readonly rules: readonly Rule[];
  readonly errors: readonly RuleSyntaxError[];
}

/**
 * Reads a rule list. A rule with a mistake is reported and left out; the others stand.
 *
 * @param source rules with `;` or line ends between them, or one rule per item, or a JSON array
 *   of such items. A line that begins with `#` is a comment.
 */
export function parseRules(source: string | readonly string[]): ParsedRules {
  const texts = typeof source === 'string' ? fromText(source) : source;
  const rules: Rule[] = [];
  const errors: RuleSyntaxError[] = [];
  for (const text of texts) parseText(text, rules, errors);
  return { rules, errors };
}

function fromText(source: string): readonly string[] {
  if (!source.trimStart().startsWith('[')) return [source];
  try {
    const items: unknown = JSON.parse(source);
    if (Array.isArray(items) && items.every((item) => typeof item === 'string')) return items;
  } catch {
    // Not JSON: read as rules, which reports the bracket.
  }
  return [source];
}

function parseText(text: string, rules: Rule[], errors: RuleSyntaxError[]): void {
  const scanner = new Scanner(text);
  while (!scanner.atEnd()) {
    scanner.skipBlanks();
    if (scanner.peek() === '#') {
      while (!scanner.atEnd() && scanner.peek() !== '\n') scanner.at++;
    } else if (!scanner.atRuleEnd()) {
      try {
        rules.push(parseRule(scanner));
      } catch (error) {
        if (!(error instanceof RuleSyntaxError)) throw error;
        errors.push(error);
        scanner.skipRule();
      }
    }
    scanner.at++;
  }
}

function parseRule(scanner: Scanner): Rule {
  const rate = parseRate(scanner);
  const conditions: Condition[] = [];
  let name = '';
  for (;;) {
    scanner.skipBlanks();
    if (scanner.atRuleEnd()) break;
    if (scanner.take('#')) {
      const start = scanner.at;
      while (!scanner.atRuleEnd()) scanner.at++;
      name = scanner.text.slice(start, scanner.at).trim();
      break;
    }
    if (rate.kind !== 'adaptive') rejectBound(scanner);
    conditions.push(parseCondition(scanner));
  }
  return { rate, conditions, ...(name ? { name } : {}) };
}

/** `0.1 min=0.01` would otherwise silently ask for an attribute of that name. */
function rejectBound(scanner: Scanner): void {
  const start = scanner.at;
  if (!scanner.take('min=') && !scanner.take('max=')) return;
  const message = `${scanner.text.slice(start, start + 3)} belongs to a rate per second, such as 100/s min=0.01`;
  throw scanner.error(`${message}. Put an attribute of that name in quotes`, start);
}

const RATE_FORM = 'a rule begins with keep, drop, a rate from 0 to 1, N/s or <=N/s';

function parseRate(scanner: Scanner): RateSpec {
  const start = scanner.at;
  if (scanner.take('<=')) {
    scanner.skipBlanks();
    return { kind: 'limit', perSecond: perSecond(scanner, scanner.word()) };
  }
  const word = scanner.word();
  if (word === 'keep') return { kind: 'fixed', rate: 1 };
  if (word === 'drop') return { kind: 'fixed', rate: 0 };
  if (word.endsWith('/s')) return parseAdaptive(scanner, perSecond(scanner, word, start));
  if (!isNumber(word)) throw scanner.error(`"${word}" is not a rate: ${RATE_FORM}`, start);
  const rate = Number(word);
  if (rate > 1) throw scanner.error(`${word} is above 1; write ${word}/s for a rate per second`, start);
  return { kind: 'fixed', rate };
}

function parseAdaptive(scanner: Scanner, target: number): RateSpec {
  const bounds: { min?: number; max?: number } = {};
  for (;;) {
    const back = scanner.at;
    scanner.skipBlanks();
    const bound = scanner.take('min=') ? 'min' : scanner.take('max=') ? 'max' : undefined;
    if (!bound) {
      scanner.at = back;
      break;
    }
    const start = scanner.at;
    const word = scanner.word();
    if (!isNumber(word) || Number(word) > 1) throw scanner.error(`${bound} is a rate from 0 to 1`, start);
    bounds[bound] = Number(word);
  }
  if ((bounds.min ?? 0) > (bounds.max ?? 1)) throw scanner.error('min is above max');
  return { kind: 'adaptive', target, ...bounds };
}

function perSecond(scanner: Scanner, word: string, start = scanner.at - word.length): number {
  const digits = word.endsWith('/s') ? word.slice(0, -2) : '';
  if (!isNumber(digits) || Number(digits) === 0) {
    throw scanner.error(`"${word}" is not a number per second, such as 100/s`, start);
  }
  return Number(digits);
}

function isNumber(word: string): boolean {
  return /^(\d+(\.\d*)?|\.\d+)(e-?\d+)?$/i.test(word);
}
