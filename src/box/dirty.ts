import type { LogRecordProcessor } from '@opentelemetry/sdk-logs';
import type { SpanProcessor } from '@opentelemetry/sdk-trace';

const done = (): Promise<void> => Promise.resolve();

/** Knows whether spans or log records have come in since it was last cleared. */
export class DirtyFlag {
  private dirty = false;

  isDirty(): boolean {
    return this.dirty;
  }

  clear(): void {
    this.dirty = false;
  }

  readonly spans: SpanProcessor = {
    onStart: () => {},
    onEnd: () => {
      this.dirty = true;
    },
    forceFlush: done,
    shutdown: done,
  };

  readonly logs: LogRecordProcessor = {
    onEmit: () => {
      this.dirty = true;
    },
    forceFlush: done,
    shutdown: done,
  };
}
