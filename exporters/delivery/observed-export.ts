import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import type { Host, Signal } from '../../src/core/index.ts';
import type { DestinationHealth } from './health.ts';
import { NO_LIMIT } from './options.ts';

/** What every OpenTelemetry exporter has, whatever the signal. */
interface Exporter<T> {
  export(items: T, done: (result: ExportResult) => void): void;
  shutdown(): Promise<void>;
  forceFlush?(): Promise<void>;
}

/** What an observed exporter tells, and to whom. */
export interface Observation<T> {
  readonly signal: Signal;
  readonly health: DestinationHealth;
  readonly host: Pick<Host, 'after'>;
  /** Milliseconds until an export without an answer counts as failed; 0 for no limit. */
  readonly timeout: number;
  readonly count: (items: T) => number;
}

/**
 * An exporter that tells the health of its destination what became of each export. It answers
 * exactly once per export, within the timeout, with an error if it failed, and never throws.
 */
export class ObservedExporter<T> implements Exporter<T> {
  private stopped: Promise<void> | undefined;

  constructor(
    protected readonly exporter: Exporter<T>,
    private readonly observation: Observation<T>,
  ) {}

  export(items: T, done: (result: ExportResult) => void): void {
    const { signal, health, host, timeout, count } = this.observation;
    let open = true;
    const settle = (error: Error | undefined): void => {
      if (!open) return;
      open = false;
      timer?.cancel();
      if (error) health.failed(signal, count(items), error);
      else health.succeeded(signal);
      done(error ? { code: ExportResultCode.FAILED, error } : { code: ExportResultCode.SUCCESS });
    };
    const late = (): void => settle(new Error(`no answer within ${timeout} ms`));
    const timer = timeout > 0 && timeout < NO_LIMIT ? host.after(timeout, late) : undefined;
    try {
      this.exporter.export(items, (result) => settle(errorOf(result)));
    } catch (error) {
      settle(error instanceof Error ? error : new Error(String(error)));
    }
  }

  async forceFlush(): Promise<void> {
    await this.exporter.forceFlush?.();
  }

  shutdown(): Promise<void> {
    this.stopped ??= this.exporter.shutdown();
    return this.stopped;
  }
}

function errorOf(result: ExportResult): Error | undefined {
  if (result.code === ExportResultCode.SUCCESS) return undefined;
  return result.error ?? new Error('the exporter gave no reason');
}
