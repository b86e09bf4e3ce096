import type { Context } from '@opentelemetry/api';
import type { LogRecordProcessor, ReadWriteLogRecord } from '@opentelemetry/sdk-logs';
import type { ReadableSpan, Span, SpanProcessor } from '@opentelemetry/sdk-trace';
import { errorMessage } from '../core/index.ts';

/** Tells about a processor that threw; it must not throw itself. */
export type OnError = (error: unknown) => void;

/** Hands every span to each destination; one that throws does not keep it from the others. */
export class FanOutSpanProcessor implements SpanProcessor {
  constructor(
    private readonly targets: readonly SpanProcessor[],
    private readonly onError: OnError,
  ) {}

  onStart(span: Span, parentContext: Context): void {
    for (const target of this.targets) {
      try {
        target.onStart(span, parentContext);
      } catch (error) {
        this.onError(error);
      }
    }
  }

  onEnding(span: Span): void {
    for (const target of this.targets) {
      try {
        target.onEnding?.(span);
      } catch (error) {
        this.onError(error);
      }
    }
  }

  onEnd(span: ReadableSpan): void {
    for (const target of this.targets) {
      try {
        target.onEnd(span);
      } catch (error) {
        this.onError(error);
      }
    }
  }

  forceFlush(): Promise<void> {
    return settleAll(this.targets, (target) => target.forceFlush());
  }

  shutdown(): Promise<void> {
    return settleAll(this.targets, (target) => target.shutdown());
  }
}

/** The same for log records. */
export class FanOutLogProcessor implements LogRecordProcessor {
  constructor(
    private readonly targets: readonly LogRecordProcessor[],
    private readonly onError: OnError,
  ) {}

  onEmit(record: ReadWriteLogRecord, context?: Context): void {
    for (const target of this.targets) {
      try {
        target.onEmit(record, context);
      } catch (error) {
        this.onError(error);
      }
    }
  }

  forceFlush(): Promise<void> {
    return settleAll(this.targets, (target) => target.forceFlush());
  }

  shutdown(): Promise<void> {
    return settleAll(this.targets, (target) => target.shutdown());
  }
}

/** Waits for all, and fails when every one is through: with the failure, or with all of them as one. */
export async function settleAll<T>(items: readonly T[], action: (item: T) => Promise<void>): Promise<void> {
  const results = await Promise.allSettled(items.map(async (item) => action(item)));
  const failures = results.flatMap((result) => (result.status === 'rejected' ? each(result.reason) : []));
  if (failures.length === 1) throw failures[0];
  if (failures.length > 1) throw new AggregateError(failures, failures.map(errorMessage).join('; '));
}

/** The SDK's providers reject with an array of failures. */
function each(reason: unknown): unknown[] {
  return reason instanceof AggregateError ? reason.errors : [reason].flat();
}
