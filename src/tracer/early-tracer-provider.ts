import type { Span, Tracer, TracerOptions, TracerProvider } from '@opentelemetry/api';
import {
  type ForceFlushOptions,
  type IdGenerator,
  type ReadableSpan,
  type Sampler,
  type SamplingResult,
  TracerProvider as SdkTracerProvider,
  type SpanProcessor,
  type TracerProviderOptions,
} from '@opentelemetry/sdk-trace';
import { DecidingTracer } from './deciding-tracer.ts';
import { Engine } from './engine.ts';
import { INSPECT, type InspectArguments, inspected } from './inspect.ts';
import type { SpanMetrics } from './span-metrics.ts';
import type { SpanStart } from './span-start.ts';
import { TracerCache } from './tracer-cache.ts';

/**
 * The SDK's own tracers and spans, with the sampler asked before the SDK begins to make a span. It
 * makes nearly all of a span first otherwise, also for those that are sampled out.
 */
export class EarlyTracerProvider implements TracerProvider {
  private readonly sdk: SdkTracerProvider;
  private readonly tracers: TracerCache<EarlyTracer>;

  constructor(options: TracerProviderOptions = {}) {
    const engine = new Engine(options);
    const { meterProvider: _counted, spanProcessors = [], ...rest } = options;
    const handover = new Handover();
    this.sdk = new SdkTracerProvider({
      ...rest,
      resource: engine.resource,
      sampler: handover,
      idGenerator: handover,
      spanProcessors: engine.metrics ? [new EndCounter(engine.metrics), ...spanProcessors] : spanProcessors,
    });
    this.tracers = new TracerCache((name, version, schemaUrl) => {
      const scope = schemaUrl === undefined ? undefined : { schemaUrl };
      return new EarlyTracer(engine, this.sdk.getTracer(name, version, scope), handover);
    });
  }

  getTracer(name: string, version?: string, options?: TracerOptions): Tracer {
    return this.tracers.get(name, version, options);
  }

  /** @throws a list of errors if a processor fails, or takes longer than 30 s or the given time */
  forceFlush(options?: ForceFlushOptions): Promise<void> {
    return this.sdk.forceFlush(options);
  }

  shutdown(): Promise<void> {
    return this.sdk.shutdown();
  }

  [INSPECT](...how: InspectArguments): string {
    return inspected('EarlyTracerProvider', { sdk: this.sdk, tracers: this.tracers.keys() }, how);
  }
}

class EarlyTracer extends DecidingTracer {
  constructor(
    engine: Engine,
    private readonly inner: Tracer,
    private readonly handover: Handover,
  ) {
    super(engine);
  }

  protected record(start: SpanStart): Span {
    return this.handover.during(start, () =>
      this.inner.startSpan(start.name, start.options, start.activeContext),
    );
  }
}

/** Answers the SDK's questions about the span it is making with what has been decided. */
class Handover implements Sampler, IdGenerator {
  private start: SpanStart | undefined;

  /** Processors, and getters among the attributes, may start spans while one is being made. */
  during(start: SpanStart, make: () => Span): Span {
    const outer = this.start;
    this.start = start;
    try {
      return make();
    } finally {
      this.start = outer;
    }
  }

  shouldSample(): SamplingResult {
    return this.current.sampled;
  }

  generateSpanId(): string {
    return this.current.spanContext.spanId;
  }

  generateTraceId(): string {
    return this.current.spanContext.traceId;
  }

  toString(): string {
    return 'Handover';
  }

  private get current(): SpanStart {
    if (!this.start) throw new Error('The SDK made a span that nobody asked for.');
    return this.start;
  }
}

/** Counts ends in front of all processors, as the SDK does. */
class EndCounter implements SpanProcessor {
  constructor(private readonly metrics: SpanMetrics) {}

  onStart(): void {}

  onEnd(span: ReadableSpan): void {
    this.metrics.ended(span.spanContext());
  }

  async forceFlush(): Promise<void> {}

  async shutdown(): Promise<void> {}
}
