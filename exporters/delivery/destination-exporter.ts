import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import type { Host, Outcome, Signal } from '../../src/core/index.ts';
import { retryDelay } from './backoff.ts';
import type { BatchOf, Deliverable, Destination } from './destination.ts';
import { DELIVERY_DEFAULTS } from './options.ts';
import { DestinationSender } from './sender.ts';

/** Attempts of one export, when no delivery stands in front. */
const ATTEMPTS = 6;

/**
 * A destination as a plain OpenTelemetry exporter of its signal, for any SDK set-up: one export is
 * tried a few times within the timeout. Signalbox's delivery takes its `destination` instead.
 */
export class DestinationExporter<S extends Signal> implements Deliverable<S> {
  private readonly sender: DestinationSender<S>;
  private readonly underWay = new Set<Promise<unknown>>();

  /** @param timeout ms that one export may take with its retries; 0 for no limit */
  constructor(
    readonly destination: Destination<S>,
    private readonly timeout: number,
    private readonly host: Pick<Host, 'after' | 'clock'>,
  ) {
    this.sender = new DestinationSender(destination);
  }

  export(batch: BatchOf[S], done: (result: ExportResult) => void): void {
    const sending = this.deliver(batch)
      .then(resultOf, failed)
      .then(done)
      // What `done` throws is the caller's.
      .catch(() => {})
      .finally(() => this.underWay.delete(sending));
    this.underWay.add(sending);
  }

  async forceFlush(): Promise<void> {
    await Promise.allSettled(this.underWay);
  }

  async shutdown(): Promise<void> {
    await this.forceFlush();
    await this.destination.shutdown();
  }

  private async deliver(batch: BatchOf[S]): Promise<Outcome> {
    const { clock } = this.host;
    const deadline = this.timeout === 0 ? Number.POSITIVE_INFINITY : clock.monotonic() + this.timeout;
    for (let attempt = 1; ; attempt++) {
      const left = deadline - clock.monotonic();
      const outcome = await this.sender.send(batch, attempt, Number.isFinite(left) ? Math.max(1, left) : 0);
      if (outcome.kind !== 'retry' || attempt === ATTEMPTS) return outcome;
      const delay = retryDelay(attempt, outcome.after, DELIVERY_DEFAULTS);
      if (clock.monotonic() + delay >= deadline) return outcome;
      await new Promise<void>((resolve) => this.host.after(delay, resolve));
    }
  }
}

function failed(error: Error): ExportResult {
  return { code: ExportResultCode.FAILED, error };
}

function resultOf(outcome: Outcome): ExportResult {
  if (outcome.kind === 'delivered') return { code: ExportResultCode.SUCCESS };
  return { code: ExportResultCode.FAILED, error: new Error(outcome.reason) };
}
