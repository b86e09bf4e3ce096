import type { AgentRates, Clock } from '../../src/core/index.ts';

/** Rates that apply where the Agent named no rate for the service and environment. */
const DEFAULT_KEY = 'service:,env:';
/** A rate may double once per this many milliseconds, the Agent's flush interval; it falls at once. */
const STEP = 1000;
const RISE = 2;

/**
 * The rates of a Datadog Agent, from the `rate_by_service` of its answers. A jump up is spread over
 * several answers, so that a new Agent that knows no load yet does not open the flood gates.
 */
export class AgentRateTable implements AgentRates {
  private rates = new Map<string, number>();
  private lastRise = Number.NEGATIVE_INFINITY;

  constructor(private readonly clock: Clock) {}

  /** Takes `rate_by_service` as received; what is not a number from 0 to 1 is ignored. */
  update(byService: unknown): void {
    if (typeof byService !== 'object' || byService === null) return;
    const now = this.clock.monotonic();
    const mayRise = now - this.lastRise >= STEP;
    if (mayRise) this.lastRise = now;
    const rates = new Map<string, number>();
    for (const [key, value] of Object.entries(byService)) {
      if (typeof value !== 'number' || !(value >= 0 && value <= 1)) continue;
      rates.set(key, this.step(this.rates.get(key), value, mayRise));
    }
    this.rates = rates;
  }

  rateFor(service: string, env: string): number | undefined {
    return this.rates.get(`service:${service},env:${env}`) ?? this.rates.get(DEFAULT_KEY);
  }

  private step(old: number | undefined, wanted: number, mayRise: boolean): number {
    if (old === undefined || old === 0 || wanted <= old) return wanted;
    return mayRise ? Math.min(wanted, old * RISE) : old;
  }
}
