import type { MetricSpec } from '../conventions/index.ts';

/** Options of the GenAI instrumentations. */
export interface GenAiInstrumentationOptions {
  /** Record prompts and completions, for the content policy to decide about. Default false. */
  readonly captureContent?: boolean;
  /** Also set `gen_ai.response.tokens_per_second`. Default false. */
  readonly tokensPerSecond?: boolean;
  /** The metric for the time between chunks. Default: that of conventions 1.41. */
  readonly chunkMetric?: MetricSpec;
  /** Default true. */
  readonly enabled?: boolean;
}
