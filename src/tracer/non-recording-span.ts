import { type Span, type SpanContext, TraceFlags, type TraceState } from '@opentelemetry/api';
import type { IdGenerator } from '@opentelemetry/sdk-trace';
import type { Rejection } from '../core/index.ts';

/**
 * A span that was sampled out: it only carries its context to children and other services. Most
 * have neither, so what belongs to it is made when somebody asks.
 */
export class NonRecordingSpan implements Span {
  private context: SpanContext | undefined;

  constructor(
    /** Makes the ids of this engine; tells its spans from those of others. */
    readonly ids: IdGenerator,
    private readonly traceId: string | undefined,
    private readonly spanId: string | undefined,
    private readonly traceState: TraceState | undefined,
    /** Writes the trace state of a trace that began with this span. */
    private readonly rejection: Rejection | undefined,
    /** The first span of the trace that was sampled out here: its trace is that of this one. */
    private readonly first: NonRecordingSpan | undefined,
  ) {
    this.context = undefined;
  }

  /** A child that goes the way of this span. */
  child(): NonRecordingSpan {
    return new NonRecordingSpan(this.ids, undefined, undefined, undefined, undefined, this.first ?? this);
  }

  spanContext(): SpanContext {
    if (this.context === undefined) {
      const trace = this.first?.spanContext();
      const traceId = trace?.traceId ?? this.traceId ?? this.ids.generateTraceId();
      const spanId = this.spanId ?? this.ids.generateSpanId();
      const traceState = trace
        ? trace.traceState
        : (this.rejection?.traceStateOf(traceId) ?? this.traceState);
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
