import { globToRegex } from '../rules/glob.ts';
import type { Condition, Field, Flag, Test } from '../rules/rule.ts';
import { AGENT_OPERATIONS, LLM_OPERATIONS } from '../rules/span-facts.ts';

/** A text as an OTTL string literal. */
export function literal(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

/** A condition on one span as an OTTL expression, or undefined if OTTL has none. */
export function spanExpression(condition: Condition): string | undefined {
  switch (condition.kind) {
    case 'not': {
      const inner = spanExpression(condition.of);
      return inner && `not (${inner})`;
    }
    case 'flag':
      return flagExpression(condition.flag);
    case 'same':
      return joinAll(condition.all.map(spanExpression));
    case 'compare': {
      const { key, test } = condition;
      if ('attribute' in key) return attributeExpression(key.attribute, test, key.entry === true);
      return 'field' in key ? fieldExpression(key.field, test) : undefined;
    }
  }
}

function joinAll(parts: readonly (string | undefined)[]): string | undefined {
  if (!parts.every((part): part is string => part !== undefined)) return undefined;
  return parts.map((part) => `(${part})`).join(' and ');
}

function flagExpression(flag: Flag): string | undefined {
  if (flag === 'error') return 'status.code == STATUS_CODE_ERROR';
  if (flag === 'root') return 'IsRootSpan()';
  if (flag !== 'llm' && flag !== 'agent') return undefined;
  const operations = flag === 'llm' ? LLM_OPERATIONS : AGENT_OPERATIONS;
  return operations.map((name) => `attributes["gen_ai.operation.name"] == ${literal(name)}`).join(' or ');
}

/** An attribute of the span, or of its resource if the span has none. */
function attributeExpression(key: string, test: Test, spanOnly: boolean): string {
  const path = `attributes[${literal(key)}]`;
  const own = valueExpression(path, test);
  if (spanOnly) return own;
  return `(${own}) or (${path} == nil and (${valueExpression(`resource.${path}`, test)}))`;
}

const NANOS_PER_MILLI = 1_000_000;
const STATUS = ['unset', 'ok', 'error'];
const KINDS = ['internal', 'server', 'client', 'producer', 'consumer'];

function fieldExpression(field: Field, test: Test): string | undefined {
  switch (field) {
    case 'name':
      return valueExpression('name', test);
    case 'operation':
    case 'resource': {
      const path = `attributes["${field}.name"]`;
      const own = valueExpression(path, test);
      return `(${own}) or (${path} == nil and (${valueExpression('name', test)}))`;
    }
    case 'service':
      return valueExpression('resource.attributes["service.name"]', test);
    case 'kind':
      return enumExpression('kind', 'SPAN_KIND_', KINDS, test);
    case 'status':
      return enumExpression('status.code', 'STATUS_CODE_', STATUS, test);
    case 'span.duration':
      return valueExpression('(end_time_unix_nano - start_time_unix_nano)', inNanos(test));
    default:
      return undefined;
  }
}

function inNanos(test: Test): Test {
  if (test.op === 'range') {
    return { ...test, from: test.from * NANOS_PER_MILLI, to: test.to * NANOS_PER_MILLI };
  }
  return 'value' in test ? { ...test, value: test.value * NANOS_PER_MILLI } : test;
}

function enumExpression(path: string, prefix: string, words: readonly string[], test: Test): string {
  const hits = matchingWords(words, test);
  return hits.length === 0
    ? 'false'
    : hits.map((word) => `${path} == ${prefix}${word.toUpperCase()}`).join(' or ');
}

/** The words that a glob or a pattern names. */
export function matchingWords(words: readonly string[], test: Test): readonly string[] {
  if (test.op === 'regex') return words.filter((word) => new RegExp(test.source, 'u').test(word));
  if (test.op !== 'glob') return [];
  // Our regular expression is in RE2 syntax with flags in front, which JavaScript does not take.
  const patterns = test.patterns.map((glob) => new RegExp(globToRegex(glob).replace('(?is)', ''), 'is'));
  return words.filter((word) => patterns.some((pattern) => pattern.test(word)));
}

/** A test of a value at a path. */
export function valueExpression(path: string, test: Test): string {
  switch (test.op) {
    case 'exists':
      return `${path} != nil`;
    case 'regex':
      return `IsMatch(${path}, ${literal(test.source)})`;
    case 'range':
      return `${path} >= ${test.from} and ${path} <= ${test.to}`;
    case 'glob':
      return test.patterns
        .map((pattern) => `IsMatch(${path}, ${literal(globToRegex(pattern))})`)
        .join(' or ');
    default:
      return `${path} ${test.op} ${test.value}`;
  }
}
