import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import type { Clock } from '../../src/core/index.ts';
import { RulePolicy } from '../priority/rule-policy.ts';
import { compileCondition } from '../rules/compile-condition.ts';
import { formatCondition, formatRate, formatRule } from '../rules/format.ts';
import type { Condition, Rule } from '../rules/rule.ts';

/** How one rule is understood. */
export interface ExplainedRule {
  readonly text: string;
  /** What it does, in words. */
  readonly effect: string;
  /** Each condition with the moment at which it can be answered. */
  readonly conditions: readonly { readonly text: string; readonly when: 'start' | 'any time' | 'end' }[];
  /** What the author may not have meant. */
  readonly remark?: string;
}

/** Explains a list in order. */
export function explainRules(rules: readonly Rule[]): readonly ExplainedRule[] {
  const catchAll = rules.findIndex(({ conditions }) => conditions.length === 0);
  return rules.map((rule, index) => {
    const remark = remarkOn(rule, index, catchAll, rules.length);
    return {
      text: formatRule(rule),
      effect: effectOf(rule),
      conditions: rule.conditions.map((condition) => ({
        text: formatCondition(condition),
        when: whenOf(condition),
      })),
      ...(remark ? { remark } : {}),
    };
  });
}

function remarkOn(rule: Rule, index: number, catchAll: number, length: number): string | undefined {
  if (catchAll >= 0 && index > catchAll) return `never reached: rule ${catchAll + 1} matches every trace`;
  if (catchAll < 0 && index === length - 1) return 'traces that match no rule are kept';
  const isDrop = rule.rate.kind === 'fixed' && rule.rate.rate === 0;
  if (isDrop && rule.conditions.some((condition) => whenOf(condition) !== 'start')) {
    return 'cannot drop a trace whose sampled flag has already gone to another service';
  }
  return undefined;
}

function effectOf({ rate }: Rule): string {
  switch (rate.kind) {
    case 'fixed':
      if (rate.rate === 1) return 'keeps every trace';
      return rate.rate === 0
        ? 'drops every trace'
        : `keeps ${Number((rate.rate * 100).toPrecision(6))} % of traces`;
    case 'adaptive':
      return `keeps about ${rate.target} traces per second (${formatRate(rate)})`;
    case 'limit':
      return `keeps traces up to ${rate.perSecond} spans per second and drops those above`;
  }
}

function whenOf(condition: Condition): 'start' | 'any time' | 'end' {
  const { span, total, negated, early, dueAt } = compileCondition(condition);
  if (!span && !total) return 'start';
  if (negated) return 'end';
  return early || dueAt !== undefined ? 'any time' : 'end';
}

/** Which rule decides a trace. */
export interface ExplainedTrace {
  readonly traceId: string;
  readonly spans: number;
  /** The rule, `default` if none matched. */
  readonly rule: string;
  readonly keep: boolean;
}

/** Time stands still: a recorded trace is judged by its facts, not by how fast it is read. */
const STOPPED: Clock = { now: () => 0, monotonic: () => 0 };

/** Runs the rules over recorded traces. Adaptive rates and limits start fresh. */
export function explainTraces(
  rules: readonly Rule[],
  traces: ReadonlyMap<string, readonly ReadableSpan[]>,
): readonly ExplainedTrace[] {
  const policy = new RulePolicy({ rules, parent: 'ignore', clock: STOPPED });
  return [...traces].map(([traceId, spans]) => {
    const first = spans.find(({ parentSpanContext }) => !parentSpanContext) ?? spans[0];
    const evaluation = first && policy.evaluate(first);
    for (const span of spans) evaluation?.spanEnded(span);
    const verdict = evaluation?.verdict(true);
    return { traceId, spans: spans.length, rule: verdict?.rule ?? 'default', keep: verdict?.keep ?? true };
  });
}
