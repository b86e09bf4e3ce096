import type { Clock } from '../../src/core/index.ts';

/**
 * A limit per second that allows short bursts, with the rate it amounts to. Takes may go below
 * zero (a trace turns out larger than it looked); the debt is paid back before the next one passes.
 */
export class TokenBucket {
  private tokens: number;
  private last: number;
  private windowStart: number;
  private allowed = 0;
  private asked = 0;
  private earlierAllowed = 0;
  private earlierAsked = 0;

  /**
   * @param perSecond tokens per second; negative is no limit, 0 lets nothing through
   * @param capacity most tokens that can be saved up; default those of one second
   */
  constructor(
    readonly perSecond: number,
    private readonly clock: Clock,
    private readonly capacity = Math.max(perSecond, 1),
  ) {
    this.tokens = capacity;
    this.last = clock.monotonic();
    this.windowStart = this.last;
  }

  /** Takes `count` tokens if they are there. */
  take(count = 1): boolean {
    this.refill();
    const isAllowed = this.perSecond < 0 || (this.perSecond > 0 && this.tokens >= count);
    this.asked++;
    if (isAllowed) {
      this.allowed++;
      this.tokens -= count;
    }
    return isAllowed;
  }

  /** Takes tokens that are used up already, whether they are there or not. */
  debit(count: number): void {
    if (this.perSecond >= 0) this.tokens -= count;
  }

  /** Share of requests let through in this and the last second, `_dd.limit_psr`. */
  effectiveRate(): number {
    if (this.perSecond < 0) return 1;
    const asked = this.asked + this.earlierAsked;
    return asked === 0 ? 1 : (this.allowed + this.earlierAllowed) / asked;
  }

  private refill(): void {
    const now = this.clock.monotonic();
    const elapsed = now - this.last;
    if (elapsed > 0) {
      this.tokens = Math.min(this.capacity, this.tokens + (elapsed / 1000) * this.perSecond);
      this.last = now;
    }
    const age = now - this.windowStart;
    if (age < 1000) return;
    // A window that ended more than a second ago says nothing about now.
    this.earlierAllowed = age < 2000 ? this.allowed : 0;
    this.earlierAsked = age < 2000 ? this.asked : 0;
    this.allowed = 0;
    this.asked = 0;
    this.windowStart = now;
  }
}
