import { isValidTraceId } from '@opentelemetry/api';
import type { Clock } from '../../src/core/index.ts';
import { foldedTraceId, type Randomness, reaches } from '../consistent/randomness.ts';
import { type Rate, rateOf } from '../consistent/rate.ts';
import type { Rule } from '../rules/rule.ts';
import { AdaptiveRate } from './adaptive-rate.ts';
import { TokenBucket } from './token-bucket.ts';

/** The trace whose fate is decided. */
export interface Coin {
  readonly traceId: string;
  readonly random: Randomness;
}

/** What a rule made of a trace. */
export interface Toss {
  readonly keep: boolean;
  /** The probability it was kept with; undefined if chance had no part, then there is no weight. */
  readonly rate: Rate | undefined;
  /** `_dd.rule_psr`. */
  readonly probability: number;
  /** `_dd.limit_psr`, if a limit was asked. */
  readonly limitRate?: number;
}

/** Decides for one rule. */
export interface RateSource {
  /** True if the rule could keep this trace, were it to match. Asks, but does not count. */
  canKeep(coin: Coin): boolean;
  /** True if the rule could drop this trace, were it to match. */
  canDrop(coin: Coin): boolean;
  /** The probability traces are kept with now; undefined where chance has no part. */
  probability(): number | undefined;
  /** What it makes of every trace, if neither the trace nor the load has a part in that. */
  readonly always?: Toss | undefined;
  /** Decides and counts; once per trace. */
  toss(coin: Coin, spans: number): Toss;
  /** Counts further spans of a kept trace; only where spans are limited. */
  debit?(spans: number): void;
}

/** @param traceLimit `DD_TRACE_RATE_LIMIT`, shared by all rules that are subject to it */
export function rateSource(rule: Rule, clock: Clock, traceLimit: TokenBucket | undefined): RateSource {
  const source = plainSource(rule, clock);
  return rule.limited && traceLimit ? new LimitedSource(source, traceLimit) : source;
}

function plainSource({ rate, coin }: Rule, clock: Clock): RateSource {
  if (rate.kind === 'limit') return new SpanLimitSource(new TokenBucket(rate.perSecond, clock));
  if (rate.kind === 'adaptive') return new AdaptiveSource(new AdaptiveRate(rate.target, rate, clock));
  return coin === 'traceidratio' ? new LegacySource(rate.rate) : new FixedSource(rateOf(rate.rate));
}

class FixedSource implements RateSource {
  private readonly keepAll: Toss;
  private readonly dropAll: Toss;
  readonly always: Toss | undefined;

  constructor(private readonly rate: Rate) {
    const { probability } = rate;
    this.keepAll = { keep: true, rate, probability };
    this.dropAll = { keep: false, rate, probability };
    this.always = probability <= 0 ? this.dropAll : probability >= 1 ? this.keepAll : undefined;
  }

  canKeep(coin: Coin): boolean {
    return reaches(coin.random, this.rate);
  }

  canDrop(coin: Coin): boolean {
    return !reaches(coin.random, this.rate);
  }

  probability(): number {
    return this.rate.probability;
  }

  toss(coin: Coin): Toss {
    return reaches(coin.random, this.rate) ? this.keepAll : this.dropAll;
  }
}

class AdaptiveSource implements RateSource {
  constructor(private readonly adaptive: AdaptiveRate) {}

  canKeep(coin: Coin): boolean {
    return reaches(coin.random, this.adaptive.current());
  }

  canDrop(coin: Coin): boolean {
    return !this.canKeep(coin);
  }

  probability(): number {
    return this.adaptive.current().probability;
  }

  toss(coin: Coin): Toss {
    const rate = this.adaptive.arrive();
    return { keep: reaches(coin.random, rate), rate, probability: rate.probability };
  }
}

/** `<=N/s`, in spans: a trace passes if all its spans known so far do; later ones are debited. */
class SpanLimitSource implements RateSource {
  constructor(private readonly bucket: TokenBucket) {}

  canKeep(): boolean {
    return true;
  }

  canDrop(): boolean {
    return true;
  }

  probability(): undefined {
    return undefined;
  }

  toss(_coin: Coin, spans: number): Toss {
    const keep = this.bucket.take(Math.max(spans, 1));
    return { keep, rate: undefined, probability: 1, limitRate: this.bucket.effectiveRate() };
  }

  debit(spans: number): void {
    this.bucket.debit(spans);
  }
}

/** A rate with `DD_TRACE_RATE_LIMIT` on top: a trace refused by the limit has no probability. */
class LimitedSource implements RateSource {
  /** The limit has a part in what it keeps. */
  readonly always: Toss | undefined;

  constructor(
    private readonly source: RateSource,
    private readonly bucket: TokenBucket,
  ) {
    this.always = source.always?.keep ? undefined : source.always;
  }

  canKeep(coin: Coin): boolean {
    return this.bucket.perSecond !== 0 && this.source.canKeep(coin);
  }

  canDrop(coin: Coin): boolean {
    return this.bucket.perSecond >= 0 || this.source.canDrop(coin);
  }

  probability(): number | undefined {
    return this.source.probability();
  }

  toss(coin: Coin, spans: number): Toss {
    const toss = this.source.toss(coin, spans);
    if (!toss.keep) return toss;
    const keep = this.bucket.take();
    const limitRate = this.bucket.effectiveRate();
    return { ...toss, keep, rate: keep ? toss.rate : undefined, limitRate };
  }
}

/** Source: `@opentelemetry/sdk-trace` 3.1, `TraceIdRatioBasedSampler`. */
const LEGACY_SCALE = 2 ** 32 - 1;

/**
 * OpenTelemetry's `TraceIdRatioBased`, whose choice of traces must not change before 2027
 * (specification, "Compatibility warnings for TraceIdRatioBased"); it writes no threshold. The SDK's
 * own takes several times as long, most of it to check the trace id, which only matters where it is kept.
 */
class LegacySource implements RateSource {
  private readonly bound: number;
  private readonly keepAll: Toss;
  private readonly dropAll: Toss;
  readonly always: Toss | undefined;

  constructor(ratio: number) {
    this.bound = ratio >= 1 ? 2 ** 32 : Math.floor(ratio * LEGACY_SCALE);
    this.keepAll = { keep: true, rate: undefined, probability: ratio };
    this.dropAll = { keep: false, rate: undefined, probability: ratio };
    this.always = this.bound <= 0 ? this.dropAll : undefined;
  }

  canKeep({ traceId }: Coin): boolean {
    return foldedTraceId(traceId) < this.bound && isValidTraceId(traceId);
  }

  canDrop(coin: Coin): boolean {
    return !this.canKeep(coin);
  }

  probability(): undefined {
    return undefined;
  }

  toss(coin: Coin): Toss {
    return this.canKeep(coin) ? this.keepAll : this.dropAll;
  }
}
