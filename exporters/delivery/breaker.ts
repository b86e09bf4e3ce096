/** `open`: nothing is sent. `half-open`: one request is under way to see whether it works again. */
export type BreakerState = 'closed' | 'open' | 'half-open';

/** Leave to send; hand it back with the result. Results of an earlier generation are ignored. */
export interface Permit {
  readonly generation: number;
  readonly isProbe: boolean;
}

/** Options of a {@link Breaker}. */
export interface BreakerOptions {
  /** It opens when so many of the last twice as many requests failed. */
  readonly threshold: number;
  /**
   * At most so many milliseconds before each probe, and at least half of it. It does not grow with the
   * probes that fail: one request in that time is no more than usual, and a backend that comes and goes
   * was met too seldom with pauses of a minute to empty the queue.
   */
  readonly reset: number;
  /**
   * How full the queue behind it is, from 0 to 1: the fuller, the shorter the pause, down to a fifth. Of a
   * backend that comes and goes, the end of a good time is then not missed when it matters. Default: 0.
   */
  readonly fill?: () => number;
  /** Milliseconds on a clock that only grows. */
  monotonic(): number;
  readonly random?: () => number;
}

/** A pause is shorter by so much of it when the queue is full. */
const SHORTER_BY = 0.8;

/** Failures longer ago say nothing about now: 2 minutes. */
const WINDOW = 120_000;

/**
 * A circuit breaker around a dispatcher: counts the requests that failed for a passing reason, and
 * while it is open nothing is sent and nothing is lost. A single request probes; only its result
 * closes or opens the breaker again. `Retry-After` of the server keeps it open at least that long.
 */
export class Breaker {
  private recent: { readonly at: number; readonly failed: boolean }[] = [];
  private current: BreakerState = 'closed';
  private generation = 0;
  private openUntil = Number.NEGATIVE_INFINITY;
  /** Until when the server, not we, wants silence. */
  private heldUntil = Number.NEGATIVE_INFINITY;
  /** Until when we, not the server, want silence: the credentials are refused. */
  private pausedUntil = Number.NEGATIVE_INFINITY;
  private down = false;

  constructor(private readonly options: BreakerOptions) {}

  get state(): BreakerState {
    return this.current;
  }

  /**
   * True from when the destination fails (too many failures, refused credentials, or a `Retry-After` as
   * long as a pause of ours) until a probe succeeds; a short `Retry-After` alone is no failure.
   */
  get isDown(): boolean {
    return this.down;
  }

  /** Milliseconds (monotonic) before which there is no use in asking for leave. */
  get notBefore(): number {
    return this.current === 'closed' ? Number.NEGATIVE_INFINITY : this.openUntil;
  }

  /** Leave to send one request, or undefined. */
  acquire(): Permit | undefined {
    if (this.current === 'closed') return { generation: this.generation, isProbe: false };
    if (this.current === 'half-open' || this.options.monotonic() < this.openUntil) return undefined;
    this.enter('half-open');
    return { generation: this.generation, isProbe: true };
  }

  /** The request was answered, whatever the answer was. */
  succeeded({ generation, isProbe }: Permit): void {
    if (generation !== this.generation) return;
    if (isProbe) {
      this.recent = [];
      this.down = false;
      this.enter('closed');
    } else {
      this.remember(false);
    }
  }

  /** The request failed for a passing reason. @param after ms the server wants to be left alone */
  failed({ generation, isProbe }: Permit, after = 0): void {
    if (generation !== this.generation) return;
    if (after > 0) this.heldUntil = this.options.monotonic() + after;
    this.remember(true);
    const { threshold, reset } = this.options;
    const isTooMany = this.recent.filter(({ failed }) => failed).length >= threshold;
    if (isTooMany || after >= reset) this.down = true;
    if (isTooMany || isProbe) this.open(Math.max(after, this.resetDelay()));
    else if (after > 0) this.open(after);
  }

  /** Nobody waits for the answer any more. A probe is tried again. */
  forget({ generation, isProbe }: Permit): void {
    if (isProbe && generation === this.generation) this.open(0);
  }

  /** Keeps everything back for so many ms, e.g. because the credentials are refused. */
  hold(ms: number): void {
    this.down = true;
    this.pausedUntil = this.options.monotonic() + ms;
    this.open(ms);
  }

  /** What was refused may be accepted now, or is lost soon: a probe may go, as with {@link probeNow}. */
  release(): void {
    this.pausedUntil = Number.NEGATIVE_INFINITY;
    this.probeNow();
  }

  /** Lets a probe go at once, for a caller in a hurry; not before the time that the server has set. */
  probeNow(): void {
    if (this.current === 'open')
      this.openUntil = Math.max(this.options.monotonic(), this.heldUntil, this.pausedUntil);
  }

  private remember(failed: boolean): void {
    const now = this.options.monotonic();
    this.recent.push({ at: now, failed });
    this.recent = this.recent.filter(({ at }) => now - at < WINDOW).slice(-2 * this.options.threshold);
  }

  private resetDelay(): number {
    const { reset, fill = () => 0, random = Math.random } = this.options;
    // Between half and all of it: spread over the fleet, and still a pause.
    const pause = reset * (0.5 + random() / 2);
    return pause * (1 - SHORTER_BY * Math.min(1, fill()));
  }

  private open(ms: number): void {
    this.openUntil = this.options.monotonic() + ms;
    this.enter('open');
  }

  private enter(state: BreakerState): void {
    this.current = state;
    this.generation++;
  }
}
