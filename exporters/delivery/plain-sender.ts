import { context } from '@opentelemetry/api';
import { type ExportResult, ExportResultCode, suppressTracing } from '@opentelemetry/core';
import type { AtExit, Host, Outcome, Signal } from '../../src/core/index.ts';
import type { BatchOf } from './destination.ts';
import { describeFailure, isTransient } from './failure.ts';
import { isLimit } from './options.ts';
import type { Sender } from './sender.ts';

/** What every OpenTelemetry exporter has, whatever the signal. */
// biome-ignore lint/suspicious/noExplicitAny: the three kinds of exporter take three types of batch.
export interface PlainExporter extends AtExit<any> {
  // biome-ignore lint/suspicious/noExplicitAny: the same.
  export(batch: any, done: (result: ExportResult) => void): void;
  shutdown(): Promise<void>;
  forceFlush?(): Promise<void>;
}

/** A plain exporter does not say whether trying again makes sense, so that it is not tried for ever. */
const MAX_ATTEMPTS = 5;

/**
 * Drives any OpenTelemetry exporter: one result per export, whether it answers once, twice, never
 * or throws. A failure that the network explains is tried again for as long as it takes, another
 * one {@link MAX_ATTEMPTS} times.
 */
export class PlainSender<S extends Signal> implements Sender<S> {
  /** Undefined if the exporter needs its callback. */
  readonly sendAtExit: Sender<S>['sendAtExit'];
  private stopped: Promise<void> | undefined;

  constructor(
    private readonly exporter: PlainExporter,
    private readonly host: Pick<Host, 'after'>,
  ) {
    if (typeof exporter.exportAtExit === 'function') {
      this.sendAtExit = (batch, timeout) => exportNow(exporter, batch, timeout);
    }
  }

  send(batch: BatchOf[S], attempt: number, timeout: number): Promise<Outcome> {
    return new Promise((resolve) => {
      const late = (): void => resolve({ kind: 'retry', reason: `no answer within ${timeout} ms` });
      const timer = isLimit(timeout) ? this.host.after(timeout, late) : undefined;
      const settle = (outcome: Outcome): void => {
        timer?.cancel();
        resolve(outcome);
      };
      try {
        const done = (result: ExportResult): void => settle(outcomeOf(result, attempt));
        context.with(suppressTracing(context.active()), () => this.exporter.export(batch, done));
      } catch (error) {
        settle(outcomeOfError(error, attempt));
      }
    });
  }

  shutdown(): Promise<void> {
    this.stopped ??= (async () => {
      await this.exporter.forceFlush?.();
      await this.exporter.shutdown();
    })();
    return this.stopped;
  }
}

function exportNow(exporter: PlainExporter, batch: unknown, timeout: number): Outcome {
  try {
    const taken: unknown = context.with(suppressTracing(context.active()), () =>
      exporter.exportAtExit?.(batch, timeout),
    );
    if (!(taken instanceof Promise)) return { kind: 'delivered' };
    // Nobody can wait for it.
    taken.catch(() => {});
    return { kind: 'retry', reason: 'exportAtExit() must not be async' };
  } catch (error) {
    return { kind: 'retry', reason: describeFailure(error) };
  }
}

function outcomeOf(result: ExportResult, attempt: number): Outcome {
  if (result?.code === ExportResultCode.SUCCESS) return { kind: 'delivered' };
  return outcomeOfError(result?.error ?? new Error('the exporter gave no reason'), attempt);
}

function outcomeOfError(error: unknown, attempt: number): Outcome {
  const reason = describeFailure(error);
  return isTransient(error) || attempt < MAX_ATTEMPTS
    ? { kind: 'retry', reason }
    : { kind: 'rejected', reason };
}
