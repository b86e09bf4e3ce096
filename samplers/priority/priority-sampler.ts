import {
  type Attributes,
  type Context,
  type Link,
  ROOT_CONTEXT,
  type SpanContext,
  type SpanKind,
  TraceFlags,
  trace,
} from '@opentelemetry/api';
import { SamplingDecision, type SamplingResult } from '@opentelemetry/sdk-trace';
import {
  decisionOf,
  getPropagationState,
  isRejection,
  PropagationState,
  type QuickSampler,
  type Rejection,
  type RootSampler,
  type TraceDecision,
  W3CTraceState,
} from '../../src/core/index.ts';
import { formatOt, isPlainOt, parseOt } from '../consistent/ot-member.ts';
import { reaches } from '../consistent/randomness.ts';
import { rateOf } from '../consistent/rate.ts';
import type { Coin } from '../rates/rate-source.ts';
import { OPEN } from '../rules/compile-condition.ts';
import { formatRule } from '../rules/format.ts';
import { type CompiledRule, type RuleList, ruleState } from '../rules/rule-list.ts';
import { FirstSpan } from './first-span.ts';
import { manualPriority, mayBeManual } from './manual.ts';
import { type PrioritySamplerOptions, type Resolved, resolveOptions } from './options.ts';
import {
  AUTO_REJECT,
  automaticOutcome,
  coinOf,
  describe,
  type Inbound,
  inboundOt,
  manualOutcome,
  NOTHING_INBOUND,
  type Outcome,
  ruleOutcome,
} from './outcome.ts';
import { newDecision, RootRejection } from './root-rejection.ts';
import { RuleEvaluation } from './segment-evaluation.ts';

const DROPPED: SamplingResult = { decision: SamplingDecision.NOT_RECORD };
const RECORDED: SamplingResult = { decision: SamplingDecision.RECORD };
const SAMPLED: SamplingResult = { decision: SamplingDecision.RECORD_AND_SAMPLED };

/**
 * Decides once per trace, by an ordered list of rules, the rates of a Datadog Agent, or the
 * decision that came in, and says so in the words of both Datadog (priority, mechanism, rates) and
 * OpenTelemetry (`ot=rv;th`), derived from one random number. Usable in any OpenTelemetry SDK;
 * without a propagator of ours the Datadog part stays in the process.
 */
export class PrioritySampler implements QuickSampler, RootSampler {
  private readonly list: RuleList;
  private readonly options: Resolved;
  private readonly facts: FirstSpan;
  private readonly hasSpanLimit: boolean;
  readonly roots: RootSampler | undefined;
  /** Meets every trace that begins here, but for what the user or somebody upstream says. */
  private readonly everyRoot: RootRejection | undefined;

  constructor(options: PrioritySamplerOptions = {}) {
    this.options = resolveOptions(options);
    this.list = this.options.list;
    this.hasSpanLimit = this.list.rules.some(({ source }) => source.debit !== undefined);
    this.facts = new FirstSpan(this.options.service);
    this.roots = new.target === PrioritySampler ? this : undefined;
    this.everyRoot = this.rejectionOfEveryRoot();
  }

  shouldSample(
    context: Context,
    traceId: string,
    spanName: string,
    spanKind: SpanKind,
    attributes: Attributes,
    _links?: Link[],
  ): SamplingResult {
    const answer = this.ask(context, traceId, spanName, spanKind, attributes);
    if (!isRejection(answer)) return answer;
    return { decision: answer.decision, traceState: answer.traceStateOf(traceId) };
  }

  private ask(
    context: Context,
    traceId: string,
    spanName: string,
    spanKind: SpanKind,
    attributes: Attributes,
  ): SamplingResult | Rejection {
    const parent = trace.getSpanContext(context);
    if (parent === undefined || parent.traceId !== traceId) {
      return this.sampleRoot(context, traceId, spanName, spanKind, attributes);
    }
    if (!parent.isRemote) return this.child(context, parent);
    const state = getPropagationState(context);
    this.facts.note(spanName, spanKind, attributes, parent);
    const isOurs = this.options.parent === 'ignore' || state?.deferred === true;
    // The user's word in code beats what came in, as in dd-trace.
    if (isOurs || manualPriority(attributes) !== undefined) {
      return this.decide(traceId, this.inbound(parent, state));
    }
    return this.follow(parent, state);
  }

  toString(): string {
    return `PrioritySampler{${this.list.rules.map(({ rule }) => formatRule(rule)).join('; ')}}`;
  }

  /** A child goes the way of its segment; nothing is computed. */
  private child(context: Context, parent: SpanContext): SamplingResult {
    const isSampled = (parent.traceFlags & TraceFlags.SAMPLED) !== 0;
    if (isSampled && !this.list.needsTail && !this.hasSpanLimit) return SAMPLED;
    const decision = decisionOf(parent);
    if (decision === undefined) {
      if (isSampled) return SAMPLED;
      return trace.getSpan(context)?.isRecording() ? RECORDED : DROPPED;
    }
    if (decision.outcome === 'drop') return decision.recordAlways ? RECORDED : DROPPED;
    if (!isSampled) return RECORDED;
    decision.debit?.(1);
    return SAMPLED;
  }

  rejectRoot(context: Context, attributes: Attributes | undefined): Rejection | undefined {
    const { everyRoot } = this;
    if (everyRoot === undefined) return undefined;
    if (attributes !== undefined && mayBeManual(attributes)) return undefined;
    // What extract left there may hold a decision.
    if (context !== ROOT_CONTEXT && getPropagationState(context) !== undefined) return undefined;
    this.options.count(false, everyRoot.label);
    return everyRoot;
  }

  sampleRoot(
    context: Context,
    traceId: string,
    name: string,
    kind: SpanKind,
    attributes: Attributes,
  ): SamplingResult | Rejection {
    const state = context === ROOT_CONTEXT ? undefined : getPropagationState(context);
    this.facts.note(name, kind, attributes, undefined);
    // B3 may carry a decision without ids; the state of a trace that was left has ids.
    if (state?.priority !== undefined && state.traceId === undefined) {
      const keep = state.priority > 0;
      const outcome = { ...automaticOutcome(rateOf(1), keep, false), rate: undefined, rates: {} };
      return this.answer(outcome, coinOf(traceId, NOTHING_INBOUND), NOTHING_INBOUND, undefined);
    }
    return this.decide(traceId, NOTHING_INBOUND);
  }

  /** The parent's decision holds; at most a `keep` rule that is still open can save the segment. */
  private follow(parent: SpanContext, state: PropagationState | undefined): SamplingResult {
    if (parent.traceFlags & TraceFlags.SAMPLED) {
      this.options.count(true, 'parent');
      return this.clean(parent, SAMPLED);
    }
    const { recordDropped } = this.options;
    const index = this.mayRescue() ? this.list.start(this.facts) : 0;
    const isOpen = this.openRules(index, ({ rule }) => rule.rate.kind === 'fixed' && rule.rate.rate === 1);
    if (!isOpen) this.options.count(false, 'parent');
    if (!isOpen && !recordDropped) return this.clean(parent, DROPPED);
    const inbound = this.inbound(parent, state);
    const coin = coinOf(parent.traceId, inbound);
    const priority = state?.priority !== undefined && state.priority <= 0 ? state.priority : AUTO_REJECT;
    const head: Outcome = { ...manualOutcome(priority), label: 'parent' };
    const begin = { coin, inbound, head, headIndex: index, rescue: true };
    return this.carry(parent, state, {
      sampled: false,
      outcome: isOpen ? 'open' : 'drop',
      sent: false,
      ...(isOpen ? { evaluation: new RuleEvaluation(this.options, begin) } : {}),
      ...(recordDropped ? { recordAlways: true } : {}),
    });
  }

  /** The parent's trace state with a decision of ours beside it. */
  private carry(
    parent: SpanContext,
    state: PropagationState | undefined,
    decision: TraceDecision,
  ): SamplingResult {
    // The record is copied, because another segment may be started from the same headers.
    const record = state?.copy(parent.traceId) ?? new PropagationState(parent.traceId);
    record.sampling = decision;
    const members = this.clean(parent, RECORDED).traceState ?? parent.traceState;
    return {
      decision: SamplingDecision.RECORD,
      traceState: W3CTraceState.from(members).withState(record),
    };
  }

  private mayRescue(): boolean {
    return this.options.tail && this.list.needsTail;
  }

  /** Takes malformed fields out of `ot`; anything else of the parent's trace state stays. */
  private clean(parent: SpanContext, result: SamplingResult): SamplingResult {
    const ot = parent.traceState?.get('ot');
    if (ot === undefined || isPlainOt(ot) || !parent.traceState) return result;
    const cleaned = formatOt(parseOt(ot));
    if (cleaned === ot) return result;
    const { traceState } = parent;
    return { ...result, traceState: cleaned === '' ? traceState.unset('ot') : traceState.set('ot', cleaned) };
  }

  /** Decides as for a new trace. */
  private decide(traceId: string, inbound: Inbound): SamplingResult | Rejection {
    const { list, options } = this;
    const coin = coinOf(traceId, inbound);
    const manual = manualPriority(this.facts.attributes);
    if (manual !== undefined) return this.answer(manualOutcome(manual), coin, inbound, undefined);
    if (options.propagate === 'always') {
      const everything = { ...automaticOutcome(rateOf(1), true, false), label: 'propagate' };
      return this.answer(everything, coin, inbound, undefined);
    }
    const index = list.start(this.facts);
    const rule = list.rules[index];
    const head = rule ? ruleOutcome(rule, rule.source.toss(coin, 1)) : this.automatic(coin);
    const debit = head.keep ? rule?.source.debit?.bind(rule.source) : undefined;
    if (!options.tail || !this.openRules(index, (open) => isDecisive(open, head, coin))) {
      return this.answer(head, coin, inbound, undefined, debit);
    }
    const begin = { coin, inbound, head, headIndex: index, rescue: false };
    return this.answer(head, coin, inbound, new RuleEvaluation(options, begin), debit);
  }

  /** True if a rule before `index` is open, so that it may be the first to match, and counts. */
  private openRules(index: number, counts: (rule: CompiledRule) => boolean): boolean {
    const { rules, states, open } = this.list;
    if (!open || index === 0) return false;
    for (let at = 0; at < index; at++) {
      const rule = rules[at] as CompiledRule;
      if (ruleState(rule, states) === OPEN && counts(rule)) return true;
    }
    return false;
  }

  private rejectionOfEveryRoot(): RootRejection | undefined {
    const { list, propagate, recordDropped } = this.options;
    const [rule] = list.rules;
    const toss = rule?.source.always;
    if (!rule || !toss || toss.keep || rule.to > rule.from || propagate === 'always' || recordDropped) return;
    return new RootRejection(ruleOutcome(rule, toss), this.options);
  }

  private automatic(coin: Coin): Outcome {
    const { agentRates, env } = this.options;
    const given = agentRates?.rateFor(this.facts.service, env);
    const rate = rateOf(given ?? 1);
    return automaticOutcome(rate, reaches(coin.random, rate), given !== undefined);
  }

  private answer(
    outcome: Outcome,
    coin: Coin,
    inbound: Inbound,
    evaluation: RuleEvaluation | undefined,
    debit?: (spans: number) => void,
  ): SamplingResult | Rejection {
    const { options } = this;
    const { keep } = outcome;
    if (!evaluation) options.count(keep, outcome.label);
    const isRecorded = evaluation !== undefined || options.recordDropped;
    if (!keep && !isRecorded && inbound === NOTHING_INBOUND) return new RootRejection(outcome, options, coin);
    const traceState = describe(outcome, coin, inbound, options);
    if (traceState.state) {
      traceState.state.sampling = newDecision(keep, options.recordDropped, evaluation, debit);
    }
    const result: SamplingResult = {
      decision: keep
        ? SamplingDecision.RECORD_AND_SAMPLED
        : isRecorded
          ? SamplingDecision.RECORD
          : SamplingDecision.NOT_RECORD,
      traceState,
    };
    if (options.datadogTags && (keep || isRecorded)) result.attributes = outcome.rates;
    return result;
  }

  private inbound(parent: SpanContext, state: PropagationState | undefined): Inbound {
    const traceState = parent.traceState && W3CTraceState.from(parent.traceState);
    return { traceState, state, ot: inboundOt(traceState), isRemote: true };
  }
}

/** True if the open rule, were it to match, would change the decision or its weight. */
function isDecisive({ source }: CompiledRule, head: Outcome, coin: Coin): boolean {
  if (!head.keep) return source.canKeep(coin);
  return source.canDrop(coin) || source.probability() !== head.rate?.probability;
}
