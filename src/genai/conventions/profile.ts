import { METRICS_1_41, METRICS_LATEST, type MetricSet } from './metrics.ts';

/** A generation of the conventions. */
export interface Profile {
  readonly name: '1.41' | 'latest';
  /** Attributes of 1.41 that are called otherwise, by operation or `*` for all. */
  readonly renames: Readonly<Record<string, string>>;
  /** Renames that hold for one operation only. */
  readonly renamesOf: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly metrics: MetricSet;
}

/**
 * The two generations. Inside this package everything is called as in 1.41; `latest` renames at the
 * very end. Never both names of one thing: Langfuse adds up every `gen_ai.usage.*input*` it sees.
 */
export const PROFILES: Readonly<Record<Profile['name'], Profile>> = {
  '1.41': { name: '1.41', renames: {}, renamesOf: {}, metrics: METRICS_1_41 },
  latest: {
    name: 'latest',
    renames: { 'gen_ai.usage.cache_creation.input_tokens': 'gen_ai.usage.cache_write.input_tokens' },
    renamesOf: { retrieval: { 'gen_ai.request.top_k': 'gen_ai.retrieval.top_k' } },
    metrics: METRICS_LATEST,
  },
};
