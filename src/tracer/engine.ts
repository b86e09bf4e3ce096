import type { Context } from '@opentelemetry/api';
import { defaultResource, type Resource } from '@opentelemetry/resources';
import {
  AlwaysOnSampler,
  type IdGenerator,
  ParentBasedSampler,
  type ReadableSpan,
  type Sampler,
  type Span,
  type SpanProcessor,
  type TracerProviderOptions,
} from '@opentelemetry/sdk-trace';
import { PooledIdGenerator, type RootSampler, rootSamplerOf } from '../core/index.ts';
import { SpanMetrics } from './span-metrics.ts';
import { SpanRules } from './span-rules.ts';

/** What all tracers and spans of one provider share. Defaults are those of the SDK. */
export class Engine {
  readonly resource: Resource;
  readonly sampler: Sampler;
  readonly ids: IdGenerator;
  /** True if ids are known to be valid and may be made in any order, or later, or not at all. */
  readonly hasOwnIds: boolean;
  /** The shorter way to ask the sampler, if it has one and ids may be made late. */
  readonly roots: RootSampler | undefined;
  readonly rules: SpanRules;
  readonly metrics: SpanMetrics | undefined;
  private readonly processors: readonly SpanProcessor[];

  constructor(options: TracerProviderOptions) {
    this.resource = options.resource ?? defaultResource();
    this.sampler = options.sampler ?? new ParentBasedSampler({ root: new AlwaysOnSampler() });
    this.ids = options.idGenerator ?? new PooledIdGenerator();
    this.hasOwnIds = this.ids instanceof PooledIdGenerator;
    this.roots = this.hasOwnIds ? rootSamplerOf(this.sampler) : undefined;
    this.rules = new SpanRules(options.spanLimits);
    this.metrics = options.meterProvider && new SpanMetrics(options.meterProvider);
    this.processors = options.spanProcessors ?? [];
  }

  onStart(span: Span, context: Context): void {
    for (const processor of this.processors) processor.onStart(span, context);
  }

  onEnding(span: Span): void {
    for (const processor of this.processors) processor.onEnding?.(span);
  }

  onEnd(span: ReadableSpan): void {
    for (const processor of this.processors) processor.onEnd(span);
  }
}
