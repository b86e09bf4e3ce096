import type { Span, SpanOptions, Tracer, TracerOptions, TracerProvider } from '@opentelemetry/api';
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
    const { options } = start;
    // The rules have counted what they left out, and only the SDK can put the number into its span.
    if (start.dropped > 0) return this.handover.make(this.inner, start, options, start.sampled);
    // What has passed the rules goes the way of the sampler's own, which the SDK looks at only once.
    const { decision, traceState, attributes } = start.sampled;
    const sampled = {
      decision,
      traceState,
      attributes: attributes ? Object.assign(start.attributes, attributes) : start.attributes,
    } as SamplingResult;
    const rest = { kind: start.kind, links: options.links, startTime: options.startTime } as SpanOptions;
    return this.handover.make(this.inner, start, rest, sampled);
  }

  /** Spans of this engine, by what only they have: their ids have been checked or made here. */
  protected override isOwn(span: Span | undefined): boolean {
    const { hasOwnIds, resource } = this.engine;
    if (hasOwnIds && (span as Partial<ReadableSpan> | undefined)?.resource === resource) return true;
    return super.isOwn(span);
  }
}

/** Answers the SDK's questions about the span it is making with what has been decided. */
class Handover implements Sampler, IdGenerator {
  private start: SpanStart | undefined = undefined;
  private sampled: SamplingResult | undefined = undefined;

  /** Processors, and getters among the attributes, may start spans while one is being made. */
  make(tracer: Tracer, start: SpanStart, options: SpanOptions, sampled: SamplingResult): Span {
    const { start: outer, sampled: outerSampled } = this;
    this.start = start;
    this.sampled = sampled;
    try {
      return tracer.startSpan(start.name, options, start.context);
    } finally {
      this.start = outer;
      this.sampled = outerSampled;
    }
  }

  shouldSample(): SamplingResult {
    return this.sampled ?? nobodyAsked();
  }

  generateSpanId(): string {
    return (this.start ?? nobodyAsked()).spanContext.spanId;
  }

  generateTraceId(): string {
    return (this.start ?? nobodyAsked()).spanContext.traceId;
  }

  toString(): string {
    return 'Handover';
  }
}

function nobodyAsked(): never {
  throw new Error('The SDK made a span that nobody asked for.');
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
