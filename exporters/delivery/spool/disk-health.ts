import type { Host } from '../../../src/core/index.ts';
import { DISK_PAUSE } from './options.ts';
import { explain } from './safe-directory.ts';

/** Says when the disk fails and when it works again, and lets it alone in between. */
export class DiskHealth {
  /** How often it failed. */
  errors = 0;
  private since: number | undefined;
  private pausedUntil = Number.NEGATIVE_INFINITY;
  private isLast = false;

  /** @param directory named in the lines; @param what it cannot be, e.g. `read` */
  constructor(
    private readonly directory: string,
    private readonly what: string,
    private readonly host: Pick<Host, 'clock' | 'log'>,
  ) {}

  /** Undefined if it fails; for a while afterwards it is not even tried. */
  attempt<T>(work: () => T): T | undefined {
    if (!this.isLast && this.host.clock.monotonic() < this.pausedUntil) return undefined;
    try {
      return work();
    } catch (error) {
      this.failed(error);
      return undefined;
    }
  }

  /** The process ends: it is tried in any case. */
  lastChance(): void {
    this.isLast = true;
  }

  failed(error: unknown): void {
    this.errors++;
    const now = this.host.clock.monotonic();
    this.pausedUntil = now + DISK_PAUSE;
    if (this.since !== undefined) return;
    this.since = now;
    this.host.log.warn(
      `spool (${this.directory}) cannot be ${this.what}: ${explain(error)}. Telemetry stays in memory meanwhile`,
    );
  }

  succeeded(): void {
    if (this.since === undefined) return;
    const seconds = Math.round((this.host.clock.monotonic() - this.since) / 1_000);
    this.since = undefined;
    this.pausedUntil = Number.NEGATIVE_INFINITY;
    this.host.log.info(`spool (${this.directory}) can be ${this.what} again after ${seconds} s`);
  }
}
