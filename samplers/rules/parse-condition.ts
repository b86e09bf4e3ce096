import { nearest } from '../../src/core/index.ts';
import { parseTest } from './parse-test.ts';
import { type Condition, FIELDS, type Field, FLAGS, type Flag, type Key } from './rule.ts';
import type { Scanner } from './scanner.ts';

/** Facts of the whole segment; they cannot be asked of one span inside braces. */
const SEGMENT_WORDS: readonly string[] = ['root', 'remote', 'sampled', 'duration', 'tokens', 'spans'];

/** Reads one condition: `["!"] (flag | key [test] | "{" condition+ "}")`. */
export function parseCondition(scanner: Scanner, inBraces = false): Condition {
  if (scanner.take('!')) {
    if (scanner.peek() === '!') throw scanner.error('! cannot be repeated');
    return { kind: 'not', of: parseCondition(scanner, inBraces) };
  }
  if (scanner.peek() === '{') return parseBraces(scanner, inBraces);
  const start = scanner.at;
  const isQuoted = scanner.peek() === '"';
  const word = isQuoted ? scanner.quoted() : scanner.word('=~<>!"#');
  if (word === '') throw scanner.error('a condition is expected');
  if (inBraces && !isQuoted && SEGMENT_WORDS.includes(word)) {
    throw scanner.error(`${word} is a fact of the trace; braces ask one span`, start);
  }
  if (!isQuoted && (FLAGS as readonly string[]).includes(word)) {
    if ('=~<>'.includes(scanner.peek() || ' ')) throw scanner.error(`${word} takes no value`);
    return { kind: 'flag', flag: word as Flag };
  }
  const key: Key = isQuoted ? { attribute: word } : keyOf(word);
  if ('entry' in key && inBraces) {
    throw scanner.error('root.<attribute> asks the local root; braces ask any span', start);
  }
  const test = parseTest(scanner, key, start);
  if (test.op === 'exists' && !isQuoted) rejectSlip(scanner, word, start);
  return { kind: 'compare', key, test };
}

function parseBraces(scanner: Scanner, inBraces: boolean): Condition {
  const start = scanner.at;
  if (inBraces) throw scanner.error('braces cannot be nested');
  scanner.take('{');
  const all: Condition[] = [];
  for (;;) {
    scanner.skipBlanks();
    if (scanner.take('}')) break;
    if (scanner.atRuleEnd()) throw scanner.error('the closing brace is missing', start);
    all.push(parseCondition(scanner, true));
  }
  if (all.length === 0) throw scanner.error('the braces are empty', start);
  return { kind: 'same', all };
}

function keyOf(word: string): Key {
  if ((FIELDS as readonly string[]).includes(word)) return { field: word as Field };
  if (word.startsWith('tracestate.')) return { tracestate: word.slice('tracestate.'.length) };
  if (word.startsWith('root.')) return { attribute: word.slice('root.'.length), entry: true };
  return { attribute: word };
}

/** `keep eror` would otherwise silently ask for an attribute of that name. */
function rejectSlip(scanner: Scanner, word: string, start: number): void {
  if (word.includes('.') || word.length < 3) return;
  const meant = nearest(word, [...FLAGS, ...FIELDS], word.length > 3 ? 2 : 1);
  if (meant === undefined || meant === word) return;
  throw scanner.error(
    `"${word}" is not a condition, did you mean ${meant}? Put an attribute of that name in quotes`,
    start,
  );
}
