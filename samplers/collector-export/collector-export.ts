import { formatRule } from '../rules/format.ts';
import type { Rule } from '../rules/rule.ts';
import { type Leaf, type Policy, toLeaf } from './leaf.ts';

/** Where the Collector will decide otherwise than the rules say. */
export interface Finding {
  /** `inexact` and `impossible` are refused under `strict`; `note` is not. */
  readonly severity: 'impossible' | 'inexact' | 'note';
  /** The rule as text. */
  readonly rule: string;
  readonly message: string;
}

/** A rule list as policies of the Collector's `tail_sampling` processor. */
export interface CollectorPolicies {
  readonly policies: readonly (Policy & { readonly name: string })[];
  readonly findings: readonly Finding[];
}

interface Translated {
  readonly rule: Rule;
  readonly name: string;
  readonly leaves: readonly Leaf[];
}

/** Lowest and highest share a rule keeps. */
function shares({ rate }: Rule): { low: number; high: number } {
  if (rate.kind === 'fixed') return { low: rate.rate, high: rate.rate };
  if (rate.kind === 'limit') return { low: 0, high: 1 };
  return { low: rate.min ?? 0, high: rate.max ?? 1 };
}

/**
 * Translates the rules. The Collector keeps a trace that any policy keeps, with one hash for all
 * percentages, so the highest rate of the matching policies counts. That is the first match where
 * rates do not rise down the list; elsewhere the earlier rule's condition is turned round and
 * added to the later ones.
 *
 * @param salt `hash_salt` of all percentages; must be the same on all Collectors
 */
export function toPolicies(rules: readonly Rule[], salt = 'signalbox'): CollectorPolicies {
  const findings: Finding[] = [];
  const policies: (Policy & { name: string })[] = [];
  const earlier: Translated[] = [];
  let isTop = true;
  const reachable = rules.findIndex(({ conditions }) => conditions.length === 0);
  const used = reachable < 0 ? [...rules, CATCH_ALL] : rules.slice(0, reachable + 1);
  used.forEach((rule, index) => {
    const translated = translate(rule, rule.name ?? `rule ${index + 1}`, findings);
    if (!translated) return;
    const { high } = shares(rule);
    if (high === 0 && isTop && rule.conditions.length > 0) {
      policies.push(dropPolicy(translated));
      return;
    }
    isTop = false;
    if (high > 0)
      policies.push(keepPolicy(translated, exclusions(translated, earlier, findings), salt, findings));
    earlier.push(translated);
  });
  return { policies, findings };
}

const CATCH_ALL: Rule = { rate: { kind: 'fixed', rate: 1 }, conditions: [], name: 'default' };

function translate(rule: Rule, name: string, findings: Finding[]): Translated | undefined {
  const leaves: Leaf[] = [];
  const text = formatRule(rule);
  for (const condition of rule.conditions) {
    const leaf = toLeaf(condition);
    if ('impossible' in leaf) {
      findings.push({
        severity: 'impossible',
        rule: text,
        message: `${leaf.impossible}; the rule is left out`,
      });
      return undefined;
    }
    if (leaf.inexact) findings.push({ severity: 'inexact', rule: text, message: leaf.inexact });
    if (leaf.border) findings.push({ severity: 'note', rule: text, message: leaf.border });
    leaves.push(leaf);
  }
  const isAlone = rule.conditions.length === 1 && rule.rate.kind === 'fixed' && rule.rate.rate === 1;
  if (!isAlone && leaves.some(({ policy }) => policy.type === 'not')) {
    const message = '! of this condition cannot be combined with others in the Collector';
    findings.push({ severity: 'impossible', rule: text, message: `${message}; the rule is left out` });
    return undefined;
  }
  return { rule, name, leaves };
}

/** Conditions that keep a rule from taking what an earlier one with a lower rate has decided. */
function exclusions(later: Translated, earlier: readonly Translated[], findings: Finding[]): Policy[] {
  const policies: Policy[] = [];
  for (const before of earlier) {
    if (shares(before.rule).low >= shares(later.rule).high) continue;
    const [only] = before.leaves;
    if (before.leaves.length === 1 && only?.inverse) {
      policies.push(only.inverse);
      continue;
    }
    findings.push({
      severity: 'inexact',
      rule: formatRule(later.rule),
      message: `also keeps traces that "${formatRule(before.rule)}" has decided before, because that condition cannot be turned round`,
    });
  }
  return policies;
}

function dropPolicy({ name, leaves }: Translated): Policy & { name: string } {
  return {
    name,
    type: 'drop',
    drop: { drop_sub_policy: leaves.map(({ policy }, at) => named(policy, name, at)) },
  };
}

function keepPolicy(
  { rule, name, leaves }: Translated,
  excluded: readonly Policy[],
  hash_salt: string,
  findings: Finding[],
): Policy & { name: string } {
  const parts = [...leaves.map(({ policy }) => policy), ...excluded];
  const rate = ratePolicy(rule, hash_salt, findings);
  if (rate) parts.push(rate);
  const [only] = parts;
  if (!only) return { name, type: 'always_sample' };
  if (parts.length === 1) return { name, ...only };
  if (parts.some(({ type }) => type === 'not')) {
    const message = '! of this condition cannot be combined with others in the Collector';
    findings.push({ severity: 'inexact', rule: formatRule(rule), message });
  }
  return { name, type: 'and', and: { and_sub_policy: parts.map((policy, at) => named(policy, name, at)) } };
}

function named(policy: Policy, name: string, at: number) {
  return { name: `${name}, part ${at + 1}`, ...policy };
}

function ratePolicy(rule: Rule, hash_salt: string, findings: Finding[]): Policy | undefined {
  const { rate } = rule;
  if (rate.kind === 'fixed') {
    if (rate.rate === 1) return undefined;
    const sampling_percentage = Number((rate.rate * 100).toPrecision(12));
    return { type: 'probabilistic', probabilistic: { sampling_percentage, hash_salt } };
  }
  const perSecond = rate.kind === 'limit' ? rate.perSecond : rate.target;
  if (rate.kind === 'adaptive') {
    findings.push({
      severity: 'inexact',
      rule: formatRule(rule),
      message: 'an adaptive rate becomes a limit of spans per second, first come, first kept',
    });
  }
  // No burst_capacity: Collectors before it refuse the key.
  const spans_per_second = Math.max(1, Math.round(perSecond));
  return { type: 'rate_limiting', rate_limiting: { spans_per_second } };
}
