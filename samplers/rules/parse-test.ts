import { errorMessage, nearest } from '../../src/core/index.ts';
import { type Key, NUMERIC_FIELDS, type Test } from './rule.ts';
import type { Scanner } from './scanner.ts';

/** Milliseconds per unit of time. */
const UNITS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};
const NUMBER = /^(-?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?)(ns|us|ms|s|m|h)?$/i;
const WORDS: Readonly<Record<string, readonly string[]>> = {
  kind: ['internal', 'server', 'client', 'producer', 'consumer'],
  status: ['unset', 'ok', 'error'],
};

/** Reads what follows a key: nothing, `=glob|glob`, `=a..b`, `~regex`, or a comparison. */
export function parseTest(scanner: Scanner, key: Key, keyStart: number): Test {
  const field = 'field' in key ? key.field : undefined;
  const isNumeric = field !== undefined && NUMERIC_FIELDS.includes(field);
  const isTime = field === 'duration' || field === 'span.duration';
  for (const op of ['>=', '<=', '>', '<'] as const) {
    if (!scanner.take(op)) continue;
    if (field !== undefined && !isNumeric) {
      throw scanner.error(`${field} is not a number`, scanner.at - op.length);
    }
    return { op, value: numberValue(scanner, isTime) };
  }
  if (scanner.take('=')) return isNumeric ? range(scanner, isTime) : equality(scanner, field);
  if (scanner.take('~')) {
    if (isNumeric) throw scanner.error(`${field} is a number and takes no pattern`);
    return regex(scanner);
  }
  if (isNumeric || (field !== undefined && field !== 'event')) {
    throw scanner.error(
      `${field} needs a value, such as ${isNumeric ? `${field}>1` : `${field}=…`}`,
      keyStart,
    );
  }
  return { op: 'exists' };
}

function numberValue(scanner: Scanner, isTime: boolean): number {
  const start = scanner.at;
  const word = scanner.word();
  const value = toNumber(word, isTime);
  if (value === undefined) {
    throw scanner.error(`"${word}" is not ${isTime ? 'a time, such as 5s or 250ms' : 'a number'}`, start);
  }
  return value;
}

function toNumber(word: string, isTime: boolean): number | undefined {
  const match = NUMBER.exec(word);
  if (!match || (match[2] !== undefined && !isTime)) return undefined;
  return Number(match[1]) * (UNITS[match[2]?.toLowerCase() ?? ''] ?? 1);
}

function range(scanner: Scanner, isTime: boolean): Test {
  const start = scanner.at;
  const word = scanner.word();
  const test = toRange(word, isTime);
  if (test) return test;
  const single = toNumber(word, isTime);
  if (single === undefined) throw scanner.error(`"${word}" is neither a number nor a range a..b`, start);
  return { op: 'range', from: single, to: single };
}

function toRange(word: string, isTime: boolean): Test | undefined {
  const dots = word.indexOf('..');
  if (dots < 0) return undefined;
  const from = toNumber(word.slice(0, dots), isTime);
  const to = toNumber(word.slice(dots + 2), isTime);
  return from === undefined || to === undefined || from > to ? undefined : { op: 'range', from, to };
}

function equality(scanner: Scanner, field: string | undefined): Test {
  const start = scanner.at;
  const patterns: string[] = [];
  let isBare = true;
  do {
    const at = scanner.at;
    const isQuoted = scanner.peek() === '"';
    isBare &&= !isQuoted;
    const pattern = isQuoted ? scanner.quoted() : scanner.word('|');
    if (pattern === '' && !isQuoted) throw scanner.error('a value is expected', at);
    checkWord(scanner, field, pattern, at);
    patterns.push(pattern);
  } while (scanner.take('|'));
  if (isBare && patterns.length === 1 && field === undefined) {
    const test = toRange(scanner.text.slice(start, scanner.at), false);
    if (test) return test;
  }
  return { op: 'glob', patterns };
}

/** Kinds and statuses are closed lists; a slip there would be a rule that never matches. */
function checkWord(scanner: Scanner, field: string | undefined, pattern: string, at: number): void {
  const words = field === undefined ? undefined : WORDS[field];
  if (!words || /[*?]/.test(pattern) || words.includes(pattern.toLowerCase())) return;
  const meant = nearest(pattern, words, 2);
  const hint = meant ? `did you mean ${meant}?` : `it is one of ${words.join(', ')}`;
  throw scanner.error(`"${pattern}" is not a ${field}: ${hint}`, at);
}

function regex(scanner: Scanner): Test {
  const start = scanner.at;
  const source = scanner.peek() === '"' ? scanner.quoted(true) : bareRegex(scanner);
  if (source === '') throw scanner.error('a regular expression is expected', start);
  try {
    new RegExp(source, 'u');
  } catch (error) {
    const reason = errorMessage(error).replace(/^.*: /, '');
    throw scanner.error(`the regular expression is not valid: ${reason}`, start);
  }
  return { op: 'regex', source };
}

/** Up to a blank or a rule end; unlike in other values braces belong to it. */
function bareRegex(scanner: Scanner): string {
  const start = scanner.at;
  while (!scanner.atRuleEnd() && !' \t\r'.includes(scanner.peek())) scanner.at++;
  return scanner.text.slice(start, scanner.at);
}
