import type { Attributes, Context, Link, SpanKind } from '@opentelemetry/api';
import { type Sampler, SamplingDecision, type SamplingResult } from '@opentelemetry/sdk-trace';

/** A sampler that throws must not do so in the middle of the application: then the span is kept. */
export class SafeSampler implements Sampler {
  constructor(
    private readonly sampler: Sampler,
    private readonly onError: (error: unknown) => void,
  ) {}

  shouldSample(
    parent: Context,
    traceId: string,
    name: string,
    kind: SpanKind,
    attributes: Attributes,
    links: Link[],
  ): SamplingResult {
    try {
      return this.sampler.shouldSample(parent, traceId, name, kind, attributes, links);
    } catch (error) {
      this.onError(error);
      return { decision: SamplingDecision.RECORD_AND_SAMPLED };
    }
  }

  toString(): string {
    return this.sampler.toString();
  }
}
