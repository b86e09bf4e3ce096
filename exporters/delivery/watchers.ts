import type { Host } from '../../src/core/index.ts';
import { keepAlive } from './keep-alive.ts';
import { isLimit } from './options.ts';

/** Those who wait until something is done. */
export class Watchers {
  private readonly checks = new Set<() => void>();

  constructor(private readonly host: Pick<Host, 'after'>) {}

  /** Something has changed. */
  look(): void {
    for (const check of [...this.checks]) check();
  }

  /**
   * Resolves to true when it is done, to false if it is not within `timeout` ms (0 for no limit). The
   * process stays alive meanwhile.
   */
  until(isDone: () => boolean, timeout: number): Promise<boolean> {
    const letGo = keepAlive();
    return new Promise((resolve) => {
      const finish = (done: boolean): void => {
        letGo();
        this.checks.delete(check);
        timer?.cancel();
        resolve(done);
      };
      const check = (): void => {
        if (isDone()) finish(true);
      };
      this.checks.add(check);
      const timer = isLimit(timeout) ? this.host.after(timeout, () => finish(false)) : undefined;
      check();
    });
  }
}
