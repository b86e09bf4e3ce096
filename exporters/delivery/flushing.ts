import type { Host } from '../../src/core/index.ts';
import { keepAlive } from './keep-alive.ts';
import { isLimit } from './options.ts';

/** One flush. */
export interface FlushRun {
  /** Milliseconds; 0 for no limit. */
  readonly timeout: number;
  /** The process ends. */
  readonly isLast: boolean;
  /** True when there is nothing left to wait for. */
  isDone(): boolean;
  /** Half of the time of a last flush is over; undefined if there is nothing else to try. */
  readonly onHalfTime?: (() => void) | undefined;
  /** It is over, either way. */
  onEnd(): void;
}

/** Lets flushes wait for what a dispatcher does. */
export class Flushing {
  /** While the last flush of the process runs: what has failed once goes elsewhere. */
  isEnding = false;
  /** In its second half: everything does, what was not answered yet included. */
  isGivenUp = false;
  private readonly watchers = new Set<() => void>();

  constructor(private readonly host: Pick<Host, 'after'>) {}

  /** True if it was done in time. Keeps the process alive until then. */
  wait({ timeout, isLast, isDone, onHalfTime, onEnd }: FlushRun): Promise<boolean> {
    const letGo = keepAlive();
    return new Promise((resolve) => {
      const finish = (done: boolean): void => {
        letGo();
        this.watchers.delete(check);
        timer?.cancel();
        halfTime?.cancel();
        this.isEnding = false;
        this.isGivenUp = false;
        onEnd();
        resolve(done);
      };
      const check = (): void => {
        if (isDone()) finish(true);
      };
      this.watchers.add(check);
      const { after } = this.host;
      const timer = isLimit(timeout) ? after(timeout, () => finish(false)) : undefined;
      const giveUp = (): void => {
        this.isGivenUp = true;
        onHalfTime?.();
      };
      const halfTime = isLast && timer && onHalfTime ? after(timeout / 2, giveUp) : undefined;
      check();
    });
  }

  /** Something is settled: whoever waits looks again. */
  settled(): void {
    for (const check of [...this.watchers]) check();
  }
}
