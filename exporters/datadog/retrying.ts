import type { Host, Outcome, Timer } from '../../src/core/index.ts';

export interface RetryOptions {
  /** How often a request is sent at most; default 4. */
  readonly attempts?: number;
  /** Milliseconds before the second attempt, doubled for each further one; default 500. */
  readonly delay?: number;
  /** Milliseconds that an attempt may be put off at most; default 5000. */
  readonly maxDelay?: number;
}

/** Sends again what asks for it, a few times and with growing, jittered pauses. */
export class Retrying {
  private readonly attempts: number;
  private readonly delay: number;
  private readonly maxDelay: number;
  private readonly sleepers = new Map<() => void, Timer>();
  private stopped = false;

  constructor(
    private readonly host: Pick<Host, 'after'>,
    { attempts = 4, delay = 500, maxDelay = 5_000 }: RetryOptions = {},
  ) {
    this.attempts = attempts;
    this.delay = delay;
    this.maxDelay = maxDelay;
  }

  /** Runs `send` until it has another outcome than `retry`, or was tried often enough. */
  async run(send: () => Promise<Outcome>): Promise<Outcome> {
    for (let attempt = 1; ; attempt++) {
      const outcome = await send();
      if (outcome.kind !== 'retry' || attempt >= this.attempts || this.stopped) return outcome;
      // The Agent asks for more patience than there is memory.
      if (outcome.after !== undefined && outcome.after > this.maxDelay) return outcome;
      const pause = Math.min(this.delay * 2 ** (attempt - 1), this.maxDelay);
      await this.sleep(Math.max(outcome.after ?? 0, pause * (0.5 + Math.random() / 2)));
    }
  }

  /** No attempt is put off any more: who sleeps wakes up and tries for the last time. */
  stop(): void {
    this.stopped = true;
    for (const [wake, timer] of this.sleepers) {
      timer.cancel();
      wake();
    }
  }

  private sleep(ms: number): Promise<void> {
    if (this.stopped) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = (): void => {
        this.sleepers.delete(wake);
        resolve();
      };
      this.sleepers.set(wake, this.host.after(ms, wake));
    });
  }
}
