import { type Span, type SpanContext, TraceFlags, type TraceState } from '@opentelemetry/api';
import type { IdGenerator } from '@opentelemetry/sdk-trace';

/**
 * A span that was sampled out: it only carries its context to children and other services. Most
 * have neither, so its id is made when somebody asks.
 */
export class NonRecordingSpan implements Span {
  private context: SpanContext | undefined;

  constructor(
    /** Makes the ids of this engine; tells its spans from those of others. */
    readonly ids: IdGenerator,
    private readonly traceId: string,
    private readonly spanId: string | undefined,
    private readonly traceState: TraceState | undefined,
  ) {
    this.context = undefined;
  }

  spanContext(): SpanContext {
    if (this.context === undefined) {
      const { traceId, traceState } = this;
      const spanId = this.spanId ?? this.ids.generateSpanId();
      this.context = { traceId, spanId, traceFlags: TraceFlags.NONE, traceState } as SpanContext;
    }
    return this.context;
  }

  isRecording(): boolean {
    return false;
  }

  setAttribute(): this {
    return this;
  }

  setAttributes(): this {
    return this;
  }

  addEvent(): this {
    return this;
  }

  addLink(): this {
    return this;
  }

  addLinks(): this {
    return this;
  }

  setStatus(): this {
    return this;
  }

  updateName(): this {
    return this;
  }

  end(): void {}

  recordException(): void {}
}
