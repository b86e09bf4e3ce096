import { globToRegex } from '../rules/glob.ts';
import type { Condition, Field, Key, Test } from '../rules/rule.ts';
import { AGENT_OPERATIONS, isEntryAttribute, LLM_OPERATIONS } from '../rules/span-facts.ts';
import { matchingWords, spanExpression } from './ottl.ts';

/** A policy of the Collector's `tail_sampling`, without its name. */
export type Policy = Readonly<Record<string, unknown>> & { readonly type: string };

/** A condition in the words of the Collector. */
export interface Leaf {
  readonly policy: Policy;
  /** The same turned round, where the Collector can do that inside `and`. */
  readonly inverse?: Policy;
  /** What differs from our own decision; absent if nothing does. */
  readonly inexact?: string;
  /** A difference at one exact value only. */
  readonly border?: string;
}

const GENAI_OPERATION = 'gen_ai.operation.name';

/** Translates a condition, or says why it cannot be. */
export function toLeaf(condition: Condition): Leaf | { readonly impossible: string } {
  if (condition.kind === 'not') return invert(toLeaf(condition.of));
  if (condition.kind === 'compare') return compareLeaf(condition.key, condition.test, condition);
  if (condition.kind === 'same') return ottl(condition);
  switch (condition.flag) {
    case 'error':
      return { policy: { type: 'status_code', status_code: { status_codes: ['ERROR'] } } };
    case 'llm':
      return attributeIn(GENAI_OPERATION, LLM_OPERATIONS);
    case 'agent':
      return attributeIn(GENAI_OPERATION, AGENT_OPERATIONS);
    case 'sampled':
      return {
        policy: { type: 'trace_flags' },
        inexact: 'sampled: the Collector sees the flag of every span, we that of the parent',
      };
    case 'root':
      return ottl(condition);
    case 'remote':
      return { impossible: 'remote: the Collector sees whole traces, not segments' };
  }
}

function invert(leaf: ReturnType<typeof toLeaf>): ReturnType<typeof toLeaf> {
  if ('impossible' in leaf) return leaf;
  const { policy, inverse, ...rest } = leaf;
  if (inverse) return { policy: inverse, inverse: policy, ...rest };
  // Only at the top level, which the caller checks: `not` is no part of `and`.
  return { policy: { type: 'not', not: { not_sub_policy: { name: 'inner', ...policy } } }, ...rest };
}

function attributeIn(key: string, values: readonly string[]): Leaf {
  const make = (invert_match: boolean): Policy => ({
    type: 'string_attribute',
    string_attribute: { key, values, ...(invert_match ? { invert_match } : {}) },
  });
  return { policy: make(false), inverse: make(true) };
}

/** Any span, by an OTTL expression. "No span" cannot be said, so there is no inverse. */
function ottl(condition: Condition): ReturnType<typeof toLeaf> {
  const expression = spanExpression(condition);
  if (expression === undefined) return { impossible: 'a condition that OTTL cannot express' };
  return { policy: ottlPolicy(expression) };
}

function ottlPolicy(expression: string, on: 'span' | 'spanevent' = 'span'): Policy {
  return { type: 'ottl_condition', ottl_condition: { error_mode: 'ignore', [on]: [expression] } };
}

/** A fact of the local root: the trace's root span, of which there is one, so it can be turned round. */
function rootFact(condition: Condition): ReturnType<typeof toLeaf> {
  const expression = spanExpression(condition);
  if (expression === undefined) return { impossible: 'a condition that OTTL cannot express' };
  return {
    policy: ottlPolicy(`IsRootSpan() and (${expression})`),
    inverse: ottlPolicy(`IsRootSpan() and not (${expression})`),
  };
}

type Comparison = Extract<Condition, { kind: 'compare' }>;

function compareLeaf(key: Key, test: Test, condition: Comparison): ReturnType<typeof toLeaf> {
  if ('tracestate' in key) return traceStateLeaf(key.tracestate, test);
  if ('field' in key) return fieldLeaf(key.field, test, condition);
  if (key.entry || isEntryAttribute(key.attribute)) {
    return rootFact({ ...condition, key: { attribute: key.attribute, entry: true } });
  }
  if (test.op === 'glob') return globLeaf(key.attribute, test.patterns, condition);
  if (test.op !== 'regex') return ottl(condition);
  return withRe2(regexLeaf(key.attribute, [test.source]), test.source);
}

function regexLeaf(key: string, values: readonly string[]): Leaf {
  const make = (invert_match: boolean): Policy => ({
    type: 'string_attribute',
    string_attribute: {
      key,
      values,
      enabled_regex_matching: true,
      ...(invert_match ? { invert_match } : {}),
    },
  });
  return { policy: make(false), inverse: make(true) };
}

/** `string_attribute` reads texts only; what could be a number or a boolean goes through OTTL. */
function globLeaf(
  key: string,
  patterns: readonly string[],
  condition: Comparison,
): ReturnType<typeof toLeaf> {
  const maybeOther = patterns.some(
    (pattern) => /^[\d*?.-]*$/.test(pattern) || /^(true|false)$/i.test(pattern),
  );
  return maybeOther ? ottl(condition) : regexLeaf(key, patterns.map(globToRegex));
}

/** Go's RE2 knows neither look-around nor back-references. */
function withRe2(leaf: Leaf, source: string): ReturnType<typeof toLeaf> {
  if (!/\(\?[=!<]|\\[1-9]|\\k</.test(source)) return leaf;
  return { impossible: `the regular expression ${source} uses what RE2 does not know` };
}

function traceStateLeaf(key: string, test: Test): ReturnType<typeof toLeaf> {
  if (test.op !== 'glob' || test.patterns.some((pattern) => /[*?]/.test(pattern))) {
    return { impossible: `tracestate.${key}: the Collector compares exact values only` };
  }
  return { policy: { type: 'trace_state', trace_state: { key, values: test.patterns } } };
}

function fieldLeaf(field: Field, test: Test, condition: Comparison): ReturnType<typeof toLeaf> {
  switch (field) {
    case 'duration':
      return latencyLeaf(test);
    case 'spans':
      return spanCountLeaf(test);
    case 'tokens':
      return tokensLeaf(test);
    case 'status': {
      const status_codes = matchingWords(['unset', 'ok', 'error'], test).map((word) => word.toUpperCase());
      return { policy: { type: 'status_code', status_code: { status_codes } } };
    }
    case 'event': {
      const matches = test.op === 'glob' ? test.patterns.map(globToRegex) : [];
      const patterns = test.op === 'regex' ? [test.source] : test.op === 'exists' ? ['.*'] : matches;
      const expression = patterns.map((pattern) => `IsMatch(name, ${JSON.stringify(pattern)})`).join(' or ');
      return { policy: ottlPolicy(expression, 'spanevent') };
    }
    case 'span.duration':
      return ottl(condition);
    default:
      return rootFact(condition);
  }
}

function latencyLeaf(test: Test): Leaf | { readonly impossible: string } {
  const border = 'duration: the Collector compares whole milliseconds and differs at the exact bound';
  if (test.op === '>' || test.op === '>=') {
    const latency = { threshold_ms: Math.round(test.value) };
    return { policy: { type: 'latency', latency }, ...(test.op === '>' ? { border } : {}) };
  }
  const [from, to] = test.op === 'range' ? [test.from, test.to] : [0, 'value' in test ? test.value : 0];
  const latency = { threshold_ms: Math.round(from), upper_threshold_ms: Math.round(to) };
  return { policy: { type: 'latency', latency }, border };
}

function spanCountLeaf(test: Test): Leaf {
  const [min, max] = countBounds(test);
  return {
    policy: { type: 'span_count', span_count: { min_spans: min, ...(max === 0 ? {} : { max_spans: max }) } },
  };
}

/** Inclusive bounds of whole numbers; 0 is no bound. */
function countBounds(test: Test): [min: number, max: number] {
  switch (test.op) {
    case '>':
      return [Math.floor(test.value) + 1, 0];
    case '>=':
      return [Math.ceil(test.value), 0];
    case '<':
      return [0, Math.ceil(test.value) - 1];
    case '<=':
      return [0, Math.floor(test.value)];
    case 'range':
      return [Math.ceil(test.from), Math.floor(test.to)];
    default:
      return [0, 0];
  }
}

function tokensLeaf(test: Test): Leaf | { readonly impossible: string } {
  if (test.op !== '>' && test.op !== '>=') {
    return { impossible: 'tokens with an upper bound: the Collector cannot add up spans' };
  }
  const input = 'attributes["gen_ai.usage.input_tokens"]';
  const output = 'attributes["gen_ai.usage.output_tokens"]';
  const total = 'attributes["gen_ai.usage.total_tokens"]';
  const bound = `${test.op} ${test.value}`;
  return {
    policy: ottlPolicy(
      // OTTL cannot add nil: the sum is only asked where both are there.
      `(${input} != nil and ${output} != nil and ${input} + ${output} ${bound}) or ${input} ${bound} or ${output} ${bound} or ${total} ${bound}`,
    ),
    inexact: 'tokens: the Collector asks each span, it cannot add up the spans of a trace',
  };
}
