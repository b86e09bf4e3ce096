import type { Attributes, Context, Link, SpanContext, SpanKind, SpanOptions } from '@opentelemetry/api';
import type { SamplingResult } from '@opentelemetry/sdk-trace';

/** What is known about a span when the decision to record it has been made. */
export interface SpanStart {
  readonly name: string;
  readonly kind: SpanKind;
  /** The parent context, without a span for `root: true`. */
  readonly context: Context;
  readonly spanContext: SpanContext;
  /** Undefined for a root, also if there is a parent whose context is not valid. */
  readonly parentSpanContext: SpanContext | undefined;
  readonly links: Link[];
  /** As the sampler saw them: copied and valid. Whoever records the span may keep them. */
  attributes: Attributes;
  /** How many they are, if {@link fits}. */
  count: number;
  /** True if no limit of spans bites on them. */
  fits: boolean;
  /** How many have been left out so far. */
  dropped: number;
  readonly sampled: SamplingResult;
  /** As the application gave them. */
  readonly options: SpanOptions;
}
