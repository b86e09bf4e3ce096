import type { Attributes } from '@opentelemetry/api';
import { PropagationState, W3CTraceState } from '../../src/core/index.ts';
import { formatOt, type OtMember, parseOt, raiseThreshold } from '../consistent/ot-member.ts';
import { hashRandomness, otRandomness, type Randomness, randomValue } from '../consistent/randomness.ts';
import type { Rate } from '../consistent/rate.ts';
import type { Coin, Toss } from '../rates/rate-source.ts';
import type { CompiledRule } from '../rules/rule-list.ts';

/** Datadog's sampling priorities. */
export const USER_REJECT = -1;
export const AUTO_REJECT = 0;
export const AUTO_KEEP = 1;
export const USER_KEEP = 2;

/** Datadog's sampling mechanisms, as `_dd.p.dm`. */
export const BY_DEFAULT = '-0';
export const BY_AGENT = '-1';
export const BY_RULE = '-3';
export const MANUALLY = '-4';

/** A decision with everything that is said about it. */
export interface Outcome {
  readonly keep: boolean;
  readonly priority: number;
  readonly decisionMaker: string;
  /** For metrics and for the mark on kept traces. */
  readonly label: string;
  /** Undefined if the decision was not one of chance. */
  readonly rate: Rate | undefined;
  /** Datadog's rate tags for the local root. */
  readonly rates: Attributes;
}

/** What a rule's toss means. Rules give user priorities (dd-trace priority_sampler.js). */
export function ruleOutcome(compiled: CompiledRule, toss: Toss): Outcome {
  const slot = toss.keep ? 'keep' : 'drop';
  const known = compiled.outcomes[slot] as RuleOutcome | undefined;
  if (known?.toss === toss) return known;
  const outcome = newOutcome(compiled, toss);
  compiled.outcomes[slot] = outcome;
  return outcome;
}

interface RuleOutcome extends Outcome {
  readonly toss: Toss;
}

function newOutcome({ rule, label }: CompiledRule, toss: Toss): RuleOutcome {
  return {
    toss,
    keep: toss.keep,
    priority: toss.keep ? USER_KEEP : USER_REJECT,
    decisionMaker: rule.decisionMaker ?? BY_RULE,
    label,
    rate: toss.rate,
    rates:
      toss.limitRate === undefined
        ? { '_dd.rule_psr': toss.probability }
        : { '_dd.rule_psr': toss.probability, '_dd.limit_psr': toss.limitRate },
  };
}

/** A decision of the user in code: `manual.keep`, `manual.drop`, `sampling.priority`. */
export function manualOutcome(priority: number): Outcome {
  const keep = priority > 0;
  return { keep, priority, decisionMaker: MANUALLY, label: 'manual', rate: undefined, rates: {} };
}

/** An agent's rate, or the default that keeps everything. Both are automatic. */
export function automaticOutcome(rate: Rate, keep: boolean, isAgent: boolean): Outcome {
  return {
    keep,
    priority: keep ? AUTO_KEEP : AUTO_REJECT,
    decisionMaker: isAgent ? BY_AGENT : BY_DEFAULT,
    label: isAgent ? 'agent' : 'default',
    rate,
    rates: { '_dd.agent_psr': rate.probability },
  };
}

/** How the trace came in. */
export interface Inbound {
  readonly traceState: W3CTraceState | undefined;
  readonly state: PropagationState | undefined;
  /** The `ot` member, read; undefined if there was none. */
  readonly ot: OtMember | undefined;
  /** False for a trace that begins here. */
  readonly isRemote: boolean;
}

/** A trace without anything before it. */
export const NOTHING_INBOUND: Inbound = {
  traceState: undefined,
  state: undefined,
  ot: undefined,
  isRemote: false,
};

/** The trace's number: `rv` if it came with one, the trace id if others decided by that, else the hash. */
export function coinOf(traceId: string, inbound: Inbound): Coin {
  const { ot } = inbound;
  if (ot?.rv !== undefined) return new TraceCoin(traceId, ot.rv);
  const isByTraceId = ot?.th !== undefined || isForeign(inbound);
  return new TraceCoin(traceId, isByTraceId ? traceId : undefined);
}

/** Tossed when somebody looks: where everything is kept or dropped nobody does. */
class TraceCoin implements Coin {
  private tossed: Randomness | undefined = undefined;

  /** @param digits those of OpenTelemetry's number; without them it is Datadog's hash */
  constructor(
    readonly traceId: string,
    private readonly digits: string | undefined,
  ) {}

  get random(): Randomness {
    this.tossed ??= this.digits === undefined ? hashRandomness(this.traceId) : otRandomness(this.digits);
    return this.tossed;
  }
}

/**
 * True if services that know nothing of Datadog decided about the trace. What they dropped may come without
 * `ot`; their number was the end of the trace id all the same, as it is for what they kept.
 */
function isForeign({ isRemote, state, traceState }: Inbound): boolean {
  if (!isRemote || state?.deferred || state?.datadogTraceId !== undefined) return false;
  return traceState?.datadog === undefined;
}

/**
 * The trace state that says an outcome: record for the Datadog headers and exporter, `ot` for
 * OpenTelemetry.
 *
 * @param options `rv: false` writes no random value of our own; `rescued` lets the threshold fall
 *   below that of the parent, whose decision was overruled
 */
export function describe(
  outcome: Outcome,
  coin: Coin,
  inbound: Inbound,
  options: { readonly rv: boolean; readonly rescued?: boolean },
): W3CTraceState {
  const state = inbound.state?.copy(coin.traceId) ?? new PropagationState(coin.traceId);
  state.priority = outcome.priority;
  state.decisionMaker = outcome.keep ? outcome.decisionMaker : undefined;
  state.decidedHere = true;
  const isDefault = outcome.decisionMaker === BY_DEFAULT;
  const { rate } = outcome;
  if (rate && !isDefault && !options.rescued && !state.tags.has('_dd.p.ksr')) {
    state.tags = state.tags.size === 0 ? rate.tags : new Map([...state.tags, ...rate.tags]);
  }
  // Others find the end of the trace id themselves.
  const rv = options.rv && coin.random.source === 'hash';
  if (rate?.th !== undefined && !outcome.keep && !inbound.ot && !inbound.traceState && rv) {
    return W3CTraceState.lazy(new DroppedMember(coin.random, rate), state);
  }
  const ot = formatMember(outcome, coin, inbound.ot, { rv, rescued: options.rescued });
  const members = inbound.traceState;
  if (!members || members.size === 0) {
    return ot === '' ? W3CTraceState.EMPTY.withState(state) : W3CTraceState.single('ot', ot, state);
  }
  return (ot === '' ? members.unset('ot') : members.set('ot', ot)).withState(state);
}

/** The `ot` member of a new trace that chance dropped. */
class DroppedMember {
  constructor(
    private readonly random: Randomness,
    private readonly rate: Rate,
  ) {}

  write(): string {
    return `ot=rv:${randomValue(this.random, this.rate, false)};th:${this.rate.th}`;
  }
}

/** `ot` for an outcome: nothing is made up for decisions that chance had no part in. */
function formatMember(
  outcome: Outcome,
  coin: Coin,
  inbound: OtMember | undefined,
  { rv, rescued }: { readonly rv: boolean; readonly rescued: boolean | undefined },
): string {
  const { rate, keep } = outcome;
  if (!inbound) {
    if (!rate || rate.th === undefined) return '';
    return rv ? `rv:${randomValue(coin.random, rate, keep)};th:${rate.th}` : `th:${rate.th}`;
  }
  const { th: _, ...rest } = inbound;
  if (!rate || rate.th === undefined) return formatOt(rest);
  const th = rescued ? rate.th : raiseThreshold(inbound.th, rate.th).th;
  if (inbound.rv !== undefined || inbound.th !== undefined || !rv) return formatOt({ ...rest, th });
  return formatOt({ ...rest, rv: randomValue(coin.random, rate, keep), th });
}

/** Reads the `ot` member of a trace state that came in. */
export function inboundOt(traceState: { get(key: string): string | undefined } | undefined) {
  const text = traceState?.get('ot');
  return text === undefined ? undefined : parseOt(text);
}
