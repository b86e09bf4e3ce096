import type { Clock } from '../../src/core/index.ts';
import { quantised, type Rate, rateOf } from '../consistent/rate.ts';

/** Milliseconds for which a rate stays as it is, unless the load explodes. */
const INTERVAL = 10_000;
/** The first guess is made sooner, so that a service under load does not start with everything. */
const FIRST_INTERVAL = 1000;
/** A rate may grow by this factor per interval; it falls at once. */
const RISE = 1.5;
/** Weight of the newest interval in the moving average of the arrivals. */
const WEIGHT = 0.5;
/** Arrivals beyond this multiple of what was expected end the interval early. */
const BURST = 2;
/** At least one trace per minute is kept, whatever the load. */
const FLOOR_PER_SECOND = 1 / 60;

/** Bounds of an adaptive rate. */
export interface AdaptiveBounds {
  readonly min?: number;
  readonly max?: number;
}

/**
 * The probability that keeps about `target` traces per second.
 *
 * @param old probability so far, from which it rises by half at most
 * @param arrivals traces per second that asked
 */
export function nextProbability(
  old: number,
  target: number,
  arrivals: number,
  { min = 0, max = 1 }: AdaptiveBounds = {},
): number {
  if (arrivals <= 0) return Math.min(max, old * RISE);
  const floor = Math.max(min, Math.min(max, FLOOR_PER_SECOND / arrivals));
  return Math.max(floor, Math.min(max, target / arrivals, old * RISE));
}

/** `N/s`: a probability that follows the load, fixed inside an interval so that weights stay exact. */
export class AdaptiveRate {
  private rate: Rate;
  private probability: number;
  private average: number | undefined;
  private count = 0;
  private since: number;
  private interval = FIRST_INTERVAL;
  private burstAt = Infinity;

  constructor(
    readonly target: number,
    private readonly bounds: AdaptiveBounds,
    private readonly clock: Clock,
  ) {
    this.probability = bounds.max ?? 1;
    this.rate = rateOf(this.probability);
    this.since = clock.monotonic();
  }

  /** The rate in force. */
  current(): Rate {
    return this.rate;
  }

  /** Counts one trace and returns the rate for it. */
  arrive(): Rate {
    const now = this.clock.monotonic();
    const age = now - this.since;
    if (age >= this.interval || (this.count >= this.burstAt && age >= FIRST_INTERVAL)) this.adjust(now, age);
    this.count++;
    return this.rate;
  }

  private adjust(now: number, age: number): void {
    const isBurst = age < this.interval;
    const arrivals = this.count / (age / 1000);
    this.average =
      this.average === undefined || isBurst || age > 2 * this.interval
        ? arrivals
        : WEIGHT * arrivals + (1 - WEIGHT) * this.average;
    this.probability = nextProbability(this.probability, this.target, this.average, this.bounds);
    this.rate = quantised(this.probability);
    this.interval = INTERVAL;
    this.burstAt = BURST * this.average * (INTERVAL / 1000);
    this.count = 0;
    this.since = now;
  }
}
