import { type Attributes, SpanKind } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import {
  decisionOf,
  type PropagationState,
  propagationStateOf,
  type SegmentEvaluation,
  type SegmentVerdict,
} from '../../src/core/index.ts';
import type { Coin } from '../rates/rate-source.ts';
import { type CompiledCondition, FALSE, OPEN, type State, TRUE } from '../rules/compile-condition.ts';
import { type CompiledRule, type RuleList, ruleState, turn } from '../rules/rule-list.ts';
import { manualPriority } from './manual.ts';
import { describe, type Inbound, manualOutcome, type Outcome, ruleOutcome } from './outcome.ts';
import { SegmentTotals } from './segment-totals.ts';

/** What an evaluation needs of the sampler that began it. */
export interface EvaluationSettings {
  readonly list: RuleList;
  readonly rv: boolean;
  readonly datadogTags: boolean;
  /** Attribute of the local root that names the rule; undefined writes none. */
  readonly ruleAttribute: string | undefined;
}

/** How a segment began. */
export interface SegmentStart {
  readonly coin: Coin;
  readonly inbound: Inbound;
  /** The decision taken at the start, if no open rule changes it. */
  readonly head: Outcome;
  /** Index of the rule that took it; the length of the list if none did. */
  readonly headIndex: number;
  /** The parent dropped the trace: only a certain `keep` can save this segment. */
  readonly rescue: boolean;
  /** True if the spans carry another sampler's flag, so that nothing of `head` was propagated. */
  readonly foreign?: boolean;
}

/** Marks kept segments of traces that were dropped upstream. */
const RESCUED = 'signalbox.sampling.rescued';
const RESCUE_TAGS: Attributes = { [RESCUED]: true };
const RESCUE_DATADOG_TAGS: Attributes = {
  ...RESCUE_TAGS,
  '_dd.span_sampling.mechanism': 8,
  '_dd.span_sampling.rule_rate': 1,
};

/** The rules applied to one segment: which can still be the first to match, and what each would do. */
export class RuleEvaluation implements SegmentEvaluation {
  nextElapsed: number;
  private readonly states: State[];
  private readonly totals: SegmentTotals;
  private manual: Outcome | undefined;
  private record: PropagationState | undefined;
  private final: SegmentVerdict | undefined;
  /** True once the sampled flag of a segment has left the process. */
  private sent = false;

  constructor(
    private readonly settings: EvaluationSettings,
    private readonly begin: SegmentStart,
  ) {
    const { list } = settings;
    // Rules behind the one that matched at the start do not count.
    this.states = list.states.slice(0, list.rules[begin.headIndex]?.from ?? list.conditions.length);
    this.totals = new SegmentTotals(settings.list.asked);
    this.nextElapsed = settings.list.dueTimes[0] ?? Infinity;
  }

  spanStarted(span: ReadableSpan): boolean {
    if (!this.record) this.record = propagationStateOf(span.spanContext());
    let news = this.noteSent(span);
    const { conditions, early } = this.settings.list;
    for (let which = 0; which < early.length; which++) {
      const at = early[which] as number;
      // Rules behind the one that matched at the start have no state.
      if (this.states[at] !== OPEN) continue;
      const condition = conditions[at] as CompiledCondition;
      if (!condition.span?.(span)) continue;
      this.states[at] = turn(TRUE, condition.negated);
      news = true;
    }
    return news;
  }

  spanEnded(span: ReadableSpan): boolean {
    this.totals.add(span);
    const sent = this.noteSent(span);
    let news = this.noteManual(span) || sent;
    const { states } = this;
    const { conditions, ofSpans } = this.settings.list;
    for (let which = 0; which < ofSpans.length; which++) {
      const at = ofSpans[which] as number;
      // Rules behind the one that matched at the start have no state.
      if (states[at] !== OPEN) continue;
      const condition = conditions[at] as CompiledCondition;
      if (condition.entryOnly && span.parentSpanContext && !span.parentSpanContext.isRemote) continue;
      if (!condition.span?.(span)) continue;
      states[at] = turn(TRUE, condition.negated);
      news = true;
    }
    return this.askTotals() || news;
  }

  /** Asks the conditions on the numbers, once one of these has come to where an answer is possible. */
  private askTotals(): boolean {
    const { totals, states } = this;
    const { conditions, ofTotals, wakes } = this.settings.list;
    const { duration, tokens, spans } = totals;
    if (duration < wakes.duration && tokens < wakes.tokens && spans < wakes.spans) return false;
    let news = false;
    for (let which = 0; which < ofTotals.length; which++) {
      const at = ofTotals[which] as number;
      if (states[at] !== OPEN) continue;
      const { total, negated } = conditions[at] as CompiledCondition;
      const state = total ? total(totals, false) : OPEN;
      if (state === OPEN) continue;
      states[at] = turn(state, negated);
      news = true;
    }
    return news;
  }

  elapsed(milliseconds: number): boolean {
    this.totals.age(milliseconds);
    const { conditions, dueTimes } = this.settings.list;
    this.nextElapsed = dueTimes.find((due) => due > milliseconds) ?? Infinity;
    let news = false;
    for (let at = 0; at < this.states.length; at++) {
      const condition = conditions[at] as CompiledCondition;
      if (this.states[at] !== OPEN || condition.dueAt === undefined || !condition.total) continue;
      this.states[at] = turn(condition.total(this.totals, false), condition.negated);
      news ||= this.states[at] !== OPEN;
    }
    return news;
  }

  verdict(complete: boolean): SegmentVerdict | undefined {
    if (this.final) return this.final;
    if (complete) this.complete();
    const verdict = this.manualVerdict() ?? this.ruleVerdict();
    if (verdict?.final) this.final = verdict;
    return verdict;
  }

  /** What has not happened by now will not. */
  private complete(): void {
    const { conditions } = this.settings.list;
    for (let at = 0; at < this.states.length; at++) {
      if (this.states[at] !== OPEN) continue;
      const { total, negated } = conditions[at] as CompiledCondition;
      this.states[at] = turn(total ? total(this.totals, true) : FALSE, negated);
    }
  }

  /**
   * A client or producer span sends the headers of the trace, and with them its flag; for others
   * inject tells. Two segments of one trace may share this evaluation; what one has promised binds both.
   */
  private noteSent(span: ReadableSpan): boolean {
    if (this.sent || !this.begin.head.keep) return false;
    const decision = decisionOf(span.spanContext());
    if (!decision?.sampled) return false;
    if (span.kind === SpanKind.CLIENT || span.kind === SpanKind.PRODUCER) decision.sent = true;
    if (!decision.sent) return false;
    this.sent = true;
    if (this.record?.sampling) this.record.sampling.sent = true;
    return true;
  }

  private noteManual({ attributes }: ReadableSpan): boolean {
    if (this.manual) return false;
    const priority = manualPriority(attributes);
    if (priority === undefined) return false;
    this.manual = manualOutcome(priority);
    return true;
  }

  /** A word of the user, in an attribute or through the record of the trace, beats every rule. */
  private manualVerdict(): SegmentVerdict | undefined {
    const { head, foreign } = this.begin;
    const priority = this.record?.priority;
    if (!this.manual && !foreign && priority !== undefined && priority !== head.priority) {
      this.manual = manualOutcome(priority);
    }
    if (!this.manual) return undefined;
    if (!this.manual.keep && this.isSent()) return this.result(head, true);
    return this.result(this.manual, true);
  }

  private ruleVerdict(): SegmentVerdict | undefined {
    const { rules } = this.settings.list;
    const { head, headIndex } = this.begin;
    let mayKeep = false;
    let mayDrop = false;
    for (let index = 0; index < rules.length; index++) {
      const rule = rules[index] as CompiledRule;
      const state = index === headIndex ? TRUE : ruleState(rule, this.states);
      if (state === FALSE) continue;
      if (state === OPEN) {
        mayKeep ||= this.canKeep(rule);
        mayDrop ||= this.canDrop(rule);
        continue;
      }
      return index === headIndex
        ? this.settle(mayKeep, mayDrop, head.keep, !head.keep, () => head)
        : this.settle(mayKeep, mayDrop, this.canKeep(rule), this.canDrop(rule), () => this.toss(rule));
    }
    return this.settle(mayKeep, mayDrop, head.keep, !head.keep, () => head);
  }

  /**
   * The outcome if it is certain: no open rule, or all that can still be the first to match,
   * the matching one included, agree.
   */
  private settle(
    mayKeep: boolean,
    mayDrop: boolean,
    keeps: boolean,
    drops: boolean,
    outcome: () => Outcome,
  ): SegmentVerdict | undefined {
    if (!mayKeep && !mayDrop) return this.result(this.honour(outcome()), true);
    if (this.isSent()) return this.result(this.begin.head, false);
    if (!mayDrop && !drops) return this.result(outcome(), false);
    if (!mayKeep && !keeps) return this.result(this.honour(outcome()), true);
    return undefined;
  }

  /** A sampled flag that has left the process is kept, whatever a later rule says. */
  private honour(outcome: Outcome): Outcome {
    return !outcome.keep && this.isSent() ? this.begin.head : outcome;
  }

  private isSent(): boolean {
    return this.begin.head.keep && (this.sent || this.record?.sampling?.sent === true);
  }

  private canKeep(rule: CompiledRule): boolean {
    if (this.begin.rescue) return isKeep(rule);
    return rule.source.canKeep(this.begin.coin);
  }

  private canDrop(rule: CompiledRule): boolean {
    if (this.begin.rescue) return !isKeep(rule);
    return rule.source.canDrop(this.begin.coin);
  }

  /** What the rules that matched made of the segment; only once there is one. */
  private tossed: Map<CompiledRule, Outcome> | undefined;

  private toss(rule: CompiledRule): Outcome {
    this.tossed ??= new Map();
    let outcome = this.tossed.get(rule);
    if (!outcome) {
      const toss = rule.source.toss(this.begin.coin, this.totals.spans);
      outcome = ruleOutcome(rule, this.begin.rescue && !isKeep(rule) ? { ...toss, keep: false } : toss);
      this.tossed.set(rule, outcome);
    }
    return outcome;
  }

  private result(outcome: Outcome, final: boolean): SegmentVerdict {
    const { coin, inbound, head, rescue } = this.begin;
    const { rv, datadogTags, ruleAttribute } = this.settings;
    const base = { keep: outcome.keep, final, rule: outcome.label };
    if (!outcome.keep) {
      const isWithdrawn = head.keep && !this.begin.foreign;
      return isWithdrawn ? { ...base, traceState: this.describe(outcome, coin, inbound, rv) } : base;
    }
    const mark = ruleAttribute === undefined ? {} : { [ruleAttribute]: outcome.label };
    const tags = datadogTags && !rescue ? { ...mark, ...outcome.rates } : mark;
    const described =
      outcome === head && !this.begin.foreign
        ? {}
        : { traceState: this.describe(outcome, coin, inbound, rv) };
    if (!rescue) return { ...base, ...described, rootAttributes: tags };
    const spanAttributes = datadogTags ? RESCUE_DATADOG_TAGS : RESCUE_TAGS;
    return { ...base, ...described, rootAttributes: tags, spanAttributes };
  }

  private describe(outcome: Outcome, coin: Coin, inbound: Inbound, rv: boolean) {
    const described = describe(outcome, coin, inbound, { rv, rescued: this.begin.rescue });
    // A rescued segment is a partial trace: the priority of the trace stays what it was.
    const { state } = described;
    if (this.begin.rescue && state) state.decide(this.begin.head.priority, undefined);
    return described;
  }
}

function isKeep({ rule }: CompiledRule): boolean {
  return rule.rate.kind === 'fixed' && rule.rate.rate === 1;
}
