import { type Attributes, type SpanKind, SpanStatusCode, type TraceState } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import type { Condition, Field, Flag, Key, Test } from './rule.ts';
import { isAgent, isEntryAttribute, isLlm, toMillis } from './span-facts.ts';
import { comparison, type ValueTest, valueTest } from './value-test.ts';

/** What is known of a condition. */
export const OPEN = 0;
export const TRUE = 1;
export const FALSE = 2;
export type State = typeof OPEN | typeof TRUE | typeof FALSE;

/** What is known when a segment starts: its first span and where it came from. */
export interface StartFacts {
  name: string;
  kind: SpanKind;
  attributes: Attributes;
  service: string;
  /** No parent at all. */
  root: boolean;
  /** A parent in another process. */
  remote: boolean;
  /** The remote parent's sampled flag. */
  sampled: boolean;
  traceState: TraceState | undefined;
}

/** Numbers of the whole segment. */
export interface Totals {
  duration: number;
  tokens: number;
  spans: number;
}

/** What a kind of condition can say. Each part is absent where it has nothing to say. */
interface Parts {
  /** The answer at the start of the segment, by its first span. */
  start(facts: StartFacts): State;
  /** True if this span satisfies the condition; any span may. */
  readonly span?: SpanTest;
  /** True if `span` can already be satisfied by what a span starts with. */
  readonly early?: boolean;
  /** Only the local root is asked. */
  readonly entryOnly?: boolean;
  /** The answer by the numbers so far; they only grow. */
  readonly total?: (totals: Totals, complete: boolean) => State;
  /** The number that `total` reads, and from which on it may answer before the segment is complete. */
  readonly wakes?: { readonly field: keyof Totals; readonly at: number };
  /** Segment age in ms at which `total` may answer while spans are open. */
  readonly dueAt?: number;
}

/**
 * A condition, ready to be asked as facts come in. All have the same fields in the same order: they
 * are read for every span, and objects of many shapes would make that several times slower.
 */
export class CompiledCondition {
  readonly start: Parts['start'];
  readonly span: Parts['span'] | undefined;
  readonly early: boolean;
  readonly entryOnly: boolean;
  readonly total: Parts['total'] | undefined;
  readonly wakes: Parts['wakes'] | undefined;
  readonly dueAt: number | undefined;

  /** @param negated `!`: the answer of the parts is turned round */
  constructor(
    readonly negated: boolean,
    parts: Parts | CompiledCondition,
  ) {
    this.start = parts.start;
    this.span = parts.span;
    this.early = parts.early ?? false;
    this.entryOnly = parts.entryOnly ?? false;
    this.total = parts.total;
    this.wakes = parts.wakes;
    this.dueAt = parts.dueAt;
  }
}

type SpanTest = (span: ReadableSpan) => boolean;

const open = (): State => OPEN;
const KINDS = ['internal', 'server', 'client', 'producer', 'consumer'];
const STATUSES = ['unset', 'ok', 'error'];

/** Compiles one condition of a rule. */
export function compileCondition(condition: Condition): CompiledCondition {
  switch (condition.kind) {
    case 'not': {
      const inner = compileCondition(condition.of);
      return new CompiledCondition(!inner.negated, inner);
    }
    case 'flag':
      return new CompiledCondition(false, compileFlag(condition.flag));
    case 'same':
      return new CompiledCondition(false, { start: open, span: sameSpan(condition.all) });
    case 'compare':
      return new CompiledCondition(false, compileCompare(condition.key, condition.test));
  }
}

function compileFlag(flag: Flag): Parts {
  switch (flag) {
    case 'root':
    case 'remote':
    case 'sampled':
      return { start: (facts) => known(facts[flag]) };
    default:
      return { start: open, span: flagTest(flag), early: flag !== 'error' };
  }
}

function flagTest(flag: Flag): SpanTest {
  if (flag === 'error') return (span) => span.status.code === SpanStatusCode.ERROR;
  const test = flag === 'llm' ? isLlm : isAgent;
  return (span) => test(span.attributes);
}

function compileCompare(key: Key, test: Test): Parts {
  if ('tracestate' in key) {
    const matches = valueTest(test);
    return { start: ({ traceState }) => known(matches(traceState?.get(key.tracestate))) };
  }
  if ('attribute' in key) return compileAttribute(key.attribute, test, key.entry === true);
  return compileField(key.field, test);
}

function compileAttribute(key: string, test: Test, entryOnly: boolean): Parts {
  const matches = valueTest(test);
  if (isEntryAttribute(key)) return { start: ({ attributes }) => known(matches(attributes[key])) };
  return {
    start: ({ attributes }) => (matches(attributes[key]) ? TRUE : OPEN),
    span: attributeTest(key, test),
    early: true,
    entryOnly,
  };
}

function attributeTest(key: string, test: Test): SpanTest {
  const matches = valueTest(test);
  // All spans of a provider share one resource, whose attributes do not change once they are known.
  let asked: ReadableSpan['resource'] | undefined;
  let answer = false;
  return ({ attributes, resource }) => {
    const own = attributes[key];
    if (own !== undefined) return matches(own);
    if (resource !== asked || resource === undefined) {
      answer = matches(resource?.attributes[key]);
      asked = resource?.asyncAttributesPending === true ? undefined : resource;
    }
    return answer;
  };
}

function compileField(field: Field, test: Test): Parts {
  const matches = valueTest(test);
  switch (field) {
    case 'name':
      return { start: ({ name }) => known(matches(name)) };
    case 'operation':
    case 'resource': {
      const key = `${field}.name`;
      return { start: ({ attributes, name }) => known(matches(attributes[key] ?? name)) };
    }
    case 'kind': {
      const answers = KINDS.map((kind) => known(matches(kind)));
      return { start: ({ kind }) => answers[kind] ?? FALSE };
    }
    case 'service':
      return { start: serviceStart(matches) };
    case 'duration':
    case 'tokens':
    case 'spans':
      return compileTotal(field, test);
    default:
      return { start: open, span: fieldTest(field, test) };
  }
}

/** Nearly all spans of a process are of one service, so its answer is kept. */
function serviceStart(matches: ValueTest): Parts['start'] {
  let asked: string | undefined;
  let answer: State = OPEN;
  return ({ service }) => {
    if (service === asked) return answer;
    asked = service;
    answer = known(matches(service));
    return answer;
  };
}

/** A field as a question to one span. */
function fieldTest(field: Field, test: Test): SpanTest {
  const matches = valueTest(test);
  switch (field) {
    case 'name':
      return (span) => matches(span.name);
    case 'operation':
    case 'resource':
      return (span) => matches(span.attributes[`${field}.name`] ?? span.name);
    case 'kind':
      return (span) => matches(KINDS[span.kind]);
    case 'status':
      return (span) => span.ended && matches(STATUSES[span.status.code]);
    case 'event':
      return (span) => span.events.some((event) => matches(event.name));
    case 'service':
      return (span) => matches(span.attributes['service.name'] ?? span.resource.attributes['service.name']);
    default:
      return (span) => span.ended && matches(toMillis(span.duration));
  }
}

/** All conditions of a pair of braces, asked of the same ended span. */
function sameSpan(all: readonly Condition[]): SpanTest {
  const tests = all.map(spanTest);
  return (span) => span.ended && tests.every((test) => test(span));
}

function spanTest(condition: Condition): SpanTest {
  switch (condition.kind) {
    case 'not': {
      const inner = spanTest(condition.of);
      return (span) => !inner(span);
    }
    case 'flag':
      return flagTest(condition.flag);
    case 'same':
      return sameSpan(condition.all);
    case 'compare': {
      const { key, test } = condition;
      if ('field' in key) return fieldTest(key.field, test);
      if ('attribute' in key) return attributeTest(key.attribute, test);
      const matches = valueTest(test);
      return (span) => matches(span.spanContext().traceState?.get(key.tracestate));
    }
  }
}

/** A property named in the code is read several times faster than one named by a variable. */
const TOTALS = {
  duration: (totals: Totals) => totals.duration,
  tokens: (totals: Totals) => totals.tokens,
  spans: (totals: Totals) => totals.spans,
};

function compileTotal(field: keyof typeof TOTALS, test: Test): Parts {
  const matches = valueTest(test);
  const lower =
    test.op === 'range' ? test.from : test.op === '>' || test.op === '>=' ? test.value : undefined;
  const upper = test.op === 'range' ? test.to : test.op === '<' || test.op === '<=' ? test.value : undefined;
  const isOver = upper === undefined ? () => false : comparison(test.op === '<' ? '>=' : '>', upper);
  const read = TOTALS[field];
  const total = (totals: Totals, complete: boolean): State => {
    const value = read(totals);
    if (complete) return known(matches(value));
    if (isOver(value)) return FALSE;
    return upper === undefined && matches(value) ? TRUE : OPEN;
  };
  const bound = upper ?? lower;
  const isTimed = field === 'duration' && bound !== undefined;
  // Just beyond the bound, so that a strict comparison has its answer then.
  const wakes = { field, at: bound ?? -Infinity };
  return { start: open, total, wakes, ...(isTimed ? { dueAt: bound + 0.001 } : {}) };
}

function known(answer: boolean): State {
  return answer ? TRUE : FALSE;
}
