import { errorMessage } from '../../src/core/index.ts';
import type { Condition, Rule } from './rule.ts';

/** Rules out of a Datadog variable, and what could not be understood. */
export interface DatadogRules {
  readonly rules: readonly Rule[];
  readonly mistakes: readonly string[];
}

/** One object of `DD_TRACE_SAMPLING_RULES` or `DD_SPAN_SAMPLING_RULES`, as dd-trace documents them. */
export interface DatadogRule {
  readonly service?: string;
  readonly name?: string;
  readonly resource?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly sample_rate?: number;
  readonly max_per_second?: number;
  readonly provenance?: string;
}

/** `_dd.p.dm` of rules that came by remote configuration. */
const PROVENANCE: Readonly<Record<string, string>> = { customer: '-11', dynamic: '-12' };

/** Reads the JSON array; objects with mistakes are left out. */
export function readDatadogRules(json: string): { rules: readonly DatadogRule[]; mistakes: string[] } {
  let items: unknown;
  try {
    items = JSON.parse(json);
  } catch (error) {
    return { rules: [], mistakes: [`is not JSON: ${errorMessage(error)}`] };
  }
  if (!Array.isArray(items)) return { rules: [], mistakes: ['is not a JSON array of rules'] };
  const rules: DatadogRule[] = [];
  const mistakes: string[] = [];
  items.forEach((item: unknown, index) => {
    const mistake = checkRule(item);
    if (mistake) mistakes.push(`has a rule ${index + 1} whose ${mistake}`);
    else rules.push(item as DatadogRule);
  });
  return { rules, mistakes };
}

function checkRule(item: unknown): string | undefined {
  if (typeof item !== 'object' || item === null) return 'form is not an object';
  const rule = item as Record<string, unknown>;
  for (const key of ['service', 'name', 'resource']) {
    if (rule[key] !== undefined && typeof rule[key] !== 'string') return `${key} is not a text`;
  }
  const { tags, sample_rate: rate, max_per_second: limit } = rule;
  if (tags !== undefined && (typeof tags !== 'object' || tags === null)) return 'tags are not an object';
  if (rate !== undefined && !(typeof rate === 'number' && rate >= 0 && rate <= 1)) {
    return 'sample_rate is not a number from 0 to 1';
  }
  if (limit !== undefined && !(typeof limit === 'number' && limit >= 0)) {
    return 'max_per_second is not a number';
  }
  return undefined;
}

/** `DD_TRACE_SAMPLING_RULES` as rules of ours: globs on the local root, subject to the rate limit. */
export function compileDatadogRules(json: string): DatadogRules {
  const { rules, mistakes } = readDatadogRules(json);
  return { rules: rules.map(toRule), mistakes };
}

function toRule(rule: DatadogRule): Rule {
  const decisionMaker = PROVENANCE[rule.provenance ?? ''];
  return {
    rate: { kind: 'fixed', rate: rule.sample_rate ?? 1 },
    conditions: conditionsOf(rule),
    limited: true,
    ...(decisionMaker === undefined ? {} : { decisionMaker }),
  };
}

function conditionsOf({ service, name, resource, tags = {} }: DatadogRule): Condition[] {
  const conditions: Condition[] = [];
  const fields = [
    ['service', service],
    ['operation', name],
    ['resource', resource],
  ] as const;
  for (const [field, pattern] of fields) {
    if (pattern === undefined || isAnything(pattern)) continue;
    conditions.push({ kind: 'compare', key: { field }, test: { op: 'glob', patterns: [pattern] } });
  }
  for (const [attribute, pattern] of Object.entries(tags)) {
    conditions.push({
      kind: 'compare',
      key: { attribute, entry: true },
      test: { op: 'glob', patterns: [String(pattern)] },
    });
  }
  return conditions;
}

/** dd-trace takes a pattern of stars only as no condition. */
function isAnything(pattern: string): boolean {
  return /^\*{1,3}$/.test(pattern);
}
