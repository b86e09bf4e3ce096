import type { AttributeValue } from '@opentelemetry/api';
import { globMatcher } from './glob.ts';
import type { Test } from './rule.ts';

/** Asks an attribute value, or undefined if the key is absent. */
export type ValueTest = (value: AttributeValue | undefined) => boolean;

/**
 * Compiles a test of a value. Of a list any element may satisfy it. Numbers match globs as their
 * decimal text if integral, else only `*` (Datadog's rule globs); texts are never read as numbers.
 */
export function valueTest(test: Test): ValueTest {
  const single = scalarTest(test);
  const ofText = test.op === 'glob' ? anyGlob(test.patterns) : undefined;
  return (value) => {
    if (ofText && typeof value === 'string') return ofText(value);
    if (value === undefined || value === null) return false;
    if (Array.isArray(value))
      return value.some((item) => item !== null && item !== undefined && single(item));
    return single(value as string | number | boolean);
  };
}

type Scalar = string | number | boolean;

function scalarTest(test: Test): (value: Scalar) => boolean {
  switch (test.op) {
    case 'exists':
      return () => true;
    case 'glob':
      return globTest(test.patterns);
    case 'regex': {
      const regex = new RegExp(test.source, 'u');
      return (value) => regex.test(String(value));
    }
    case 'range':
      return (value) => typeof value === 'number' && value >= test.from && value <= test.to;
    default: {
      const compare = comparison(test.op, test.value);
      return (value) => typeof value === 'number' && compare(value);
    }
  }
}

function globTest(patterns: readonly string[]): (value: Scalar) => boolean {
  const ofText = anyGlob(patterns);
  const takesAll = patterns.some((pattern) => /^\*+$/.test(pattern));
  return (value) => {
    if (typeof value === 'number' && !Number.isInteger(value)) return takesAll;
    return ofText(typeof value === 'string' ? value : String(value));
  };
}

function anyGlob(patterns: readonly string[]): (value: string) => boolean {
  const matchers = patterns.map(globMatcher);
  const [only] = matchers;
  if (only && matchers.length === 1) return only;
  return (value) => {
    for (let at = 0; at < matchers.length; at++) if (matchers[at]?.(value)) return true;
    return false;
  };
}

/** A comparison of numbers. */
export function comparison(op: '>' | '>=' | '<' | '<=', bound: number): (value: number) => boolean {
  switch (op) {
    case '>':
      return (value) => value > bound;
    case '>=':
      return (value) => value >= bound;
    case '<':
      return (value) => value < bound;
    case '<=':
      return (value) => value <= bound;
  }
}
