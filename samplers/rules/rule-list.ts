import type { Clock } from '../../src/core/index.ts';
import { type RateSource, rateSource } from '../rates/rate-source.ts';
import type { TokenBucket } from '../rates/token-bucket.ts';
import {
  type CompiledCondition,
  compileCondition,
  FALSE,
  OPEN,
  type StartFacts,
  type State,
  type Totals,
  TRUE,
} from './compile-condition.ts';
import { formatRule } from './format.ts';
import type { Condition, Rule } from './rule.ts';

/** A rule, ready to be applied. Its conditions are those from `from` up to `to` of the list. */
export interface CompiledRule {
  readonly rule: Rule;
  /** Its name, or its text. */
  readonly label: string;
  readonly source: RateSource;
  readonly from: number;
  readonly to: number;
  /** What the rule's last keep and drop meant, because fixed rates toss the same two all the time. */
  readonly outcomes: { keep?: unknown; drop?: unknown };
}

/** An ordered list of rules: the first whose conditions all hold decides. */
export class RuleList {
  readonly rules: readonly CompiledRule[];
  readonly conditions: readonly CompiledCondition[];
  /** True if some rule asks what is only known later, so that traces have to be recorded. */
  readonly needsTail: boolean;
  /** Indices of the conditions that can be satisfied by what a later span starts with. */
  readonly early: readonly number[];
  /** Indices of the conditions that are asked of every span, and of those that read a number. */
  readonly ofSpans: readonly number[];
  readonly ofTotals: readonly number[];
  /** Below these numbers no condition that reads them has an answer. */
  readonly wakes: Readonly<Totals>;
  /** The numbers of a segment that some condition asks. */
  readonly asked: { readonly duration: boolean; readonly tokens: boolean };
  /** Segment ages in ms at which a condition may be answered, ascending. */
  readonly dueTimes: readonly number[];
  /** States of the conditions at the last {@link start}; overwritten by the next. */
  readonly states: State[];
  /** Set by {@link start}: an earlier rule than the one returned may still be the first to match. */
  open = false;

  constructor(rules: readonly Rule[], clock: Clock, traceLimit?: TokenBucket) {
    const conditions: CompiledCondition[] = [];
    this.rules = rules.map((rule) => {
      const from = conditions.length;
      conditions.push(...rule.conditions.map(compileCondition));
      const label = rule.name ?? formatRule(rule);
      return {
        rule,
        label,
        source: rateSource(rule, clock, traceLimit),
        from,
        to: conditions.length,
        outcomes: {},
      };
    });
    this.conditions = conditions;
    this.states = conditions.map(() => OPEN);
    this.needsTail = conditions.some(({ span, total }) => span !== undefined || total !== undefined);
    this.early = [...conditions.keys()].filter((at) => conditions[at]?.early && !conditions[at].entryOnly);
    this.ofSpans = [...conditions.keys()].filter((at) => conditions[at]?.span && !conditions[at].total);
    this.ofTotals = [...conditions.keys()].filter((at) => conditions[at]?.total);
    this.wakes = lowest(conditions);
    const asks = (field: string) => rules.some((rule) => rule.conditions.some((one) => mentions(one, field)));
    this.asked = { duration: asks('duration'), tokens: asks('tokens') };
    const due = conditions.map(({ dueAt }) => dueAt ?? Infinity).filter(Number.isFinite);
    this.dueTimes = [...new Set(due)].sort((a, b) => a - b);
  }

  /**
   * Asks every rule down to the first that holds for certain. The states of the conditions asked
   * are left in {@link states}.
   *
   * @returns that rule's index, or the length of the list if there is none
   */
  start(facts: StartFacts): number {
    const { rules, conditions, states } = this;
    this.open = false;
    for (let index = 0; index < rules.length; index++) {
      const { from, to } = rules[index] as CompiledRule;
      let rule: State = TRUE;
      for (let at = from; at < to; at++) {
        const condition = conditions[at] as CompiledCondition;
        const state = turn(condition.start(facts), condition.negated);
        states[at] = state;
        if (state === FALSE) {
          rule = FALSE;
          break;
        }
        if (state === OPEN) rule = OPEN;
      }
      if (rule === TRUE) return index;
      if (rule === OPEN) this.open = true;
    }
    return rules.length;
  }
}

/** The state, turned round if the condition is negated. */
export function turn(state: State, negated: boolean): State {
  if (!negated || state === OPEN) return state;
  return state === TRUE ? FALSE : TRUE;
}

/** What is known of a whole rule, by the states of its conditions. */
export function ruleState({ from, to }: CompiledRule, states: readonly State[]): State {
  let result: State = TRUE;
  for (let at = from; at < to; at++) {
    if (states[at] === FALSE) return FALSE;
    if (states[at] === OPEN) result = OPEN;
  }
  return result;
}

function lowest(conditions: readonly CompiledCondition[]): Totals {
  const lowest: Totals = { duration: Infinity, tokens: Infinity, spans: Infinity };
  for (const { wakes } of conditions) {
    if (wakes) lowest[wakes.field] = Math.min(lowest[wakes.field], wakes.at);
  }
  return lowest;
}

function mentions(condition: Condition, field: string): boolean {
  if (condition.kind === 'not') return mentions(condition.of, field);
  return condition.kind === 'compare' && 'field' in condition.key && condition.key.field === field;
}
