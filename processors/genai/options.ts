import type { MeterProvider } from '@opentelemetry/api';
import type { ContentPolicy } from './content/policy.ts';
import type { PriceSource } from './price/index.ts';

/**
 * The attribute each backend reads a cost from, beside `gen_ai.usage.cost` (Langfuse and others).
 * Sources: Datadog Agent Observability docs, Sentry conventions, OpenInference conventions.
 */
export const COST_ALIASES = {
  datadog: 'gen_ai.cost.estimated_total',
  sentry: 'gen_ai.cost.total_tokens',
  phoenix: 'llm.cost.total',
} as const;

/** A backend with a cost attribute of its own. */
export type CostAlias = keyof typeof COST_ALIASES;

/**
 * Attributes one GenAI span should be able to hold. The SDK's default of 128 drops the newest first,
 * and usage comes last; set `spanLimits.attributeCountLimit` to this where dialects with one
 * attribute per message field are in use. What this processor adds is never dropped.
 */
export const GENAI_ATTRIBUTE_COUNT = 512;

/** Options of the GenAI processors; everything has a default. */
export interface GenAiOptions {
  /** Names to write. Default `1.41`. */
  readonly profile?: '1.41' | 'latest';
  /** What may be said of prompts and completions. Default: nothing. */
  readonly content?: Partial<ContentPolicy>;
  /** Add a cost. Default true. */
  readonly pricing?: boolean;
  /** Price sources asked before `@pydantic/genai-prices`. */
  readonly prices?: readonly PriceSource[];
  /** Other names for models, e.g. Azure deployments: `{ 'my-deployment': 'gpt-4o' }`. */
  readonly models?: Readonly<Record<string, string>>;
  /** Backends that also want the cost under their own name. Default `['datadog']`. */
  readonly costAliases?: readonly CostAlias[];
  /** Also write `gen_ai.system`, for readers of conventions before 1.37. Default false. */
  readonly legacySystem?: boolean;
  /** Instrumentation scopes whose names are left as they are; the content policy holds for them too. */
  readonly excludeScopes?: readonly string[];
  /** Record metrics. Default true. */
  readonly metrics?: boolean;
  /** How many models metrics tell apart, how many agents, how many tools. Default 100. */
  readonly maxNames?: number;
  readonly meterProvider?: MeterProvider;
  /** Loads a package. Default: from where this one is installed. */
  readonly load?: (module: string) => unknown;
  /** Told, once each, about what does not work. */
  readonly onError?: (message: string) => void;
}
