import type * as Prices from '@pydantic/genai-prices';
import { Rates } from './rates.ts';
import type { PricedCall, PriceSource, Usage } from './source.ts';

/** What this package uses of `@pydantic/genai-prices`. */
export type PricesModule = Pick<typeof Prices, 'calcPrice' | 'findProvider'>;

/** The version the package was tested with; it does not export its own. */
const VERSION = '0.1.8';

/**
 * Providers of the conventions and their id in genai-prices, all of them, because its fuzzy search
 * takes `azure.ai.openai` for OpenAI.
 */
const PROVIDER_IDS: Readonly<Record<string, string>> = {
  openai: 'openai',
  anthropic: 'anthropic',
  'aws.bedrock': 'aws',
  'azure.ai.openai': 'azure',
  'azure.ai.inference': 'azure',
  'gcp.gemini': 'google',
  'gcp.vertex_ai': 'google',
  'gcp.gen_ai': 'google',
  cohere: 'cohere',
  deepseek: 'deepseek',
  groq: 'groq',
  mistral_ai: 'mistral',
  moonshot_ai: 'moonshotai',
  perplexity: 'perplexity',
  x_ai: 'x-ai',
  openrouter: 'openrouter',
  fireworks: 'fireworks',
  together: 'together',
  fireworks_ai: 'fireworks',
  together_ai: 'together',
  togetherai: 'together',
  cerebras: 'cerebras',
  novita: 'novita',
};

/** `models/gemini-2.5-pro`, `publishers/google/models/gemini-2.5-pro`, `…::foundation-model/…`: paths of models. */
function withoutPath(model: string): string {
  return model.replace(/^.*\b(?:foundation-)?models?\//, '');
}

/** What is remembered of a model. */
interface Found {
  readonly seller: Prices.Provider;
  /** If the package need not be asked for each call. */
  readonly rates: Rates | undefined;
}

/** How many provider and model pairs are remembered, as found and as unknown. */
const MAX_PAIRS = 1000;

/**
 * Prices from `@pydantic/genai-prices`: tiers, cached and reasoning tokens, prices by date. The
 * package (about 70 ms to load) is loaded at the first priced call.
 */
export class GenAiPrices implements PriceSource {
  readonly version = `genai-prices ${VERSION}`;
  private module: PricesModule | undefined;
  private readonly providers = new Map<string, Prices.Provider | undefined>();
  private readonly unknown = new Set<string>();
  /** By provider and model: a provider with the one model that was found, so that nothing is searched again. */
  private readonly found = new Map<string, Found>();

  constructor(private readonly load: () => PricesModule) {}

  price(call: PricedCall): number | undefined {
    const usd = this.priceOf(call);
    return usd === undefined && call.model.includes('/')
      ? this.priceOf({ ...call, model: withoutPath(call.model) })
      : usd;
  }

  private priceOf({ provider, model, usage, at }: PricedCall): number | undefined {
    const pair = `${provider}\n${model}`;
    const found = this.found.get(pair);
    const usd = found?.rates?.total(usage);
    if (usd !== undefined) return usd;
    if (this.unknown.has(pair)) return undefined;
    this.module ??= this.load();
    const seller = found?.seller ?? this.provider(provider, this.module);
    const result =
      seller && this.module.calcPrice(usage as Usage, model, { provider: seller, timestamp: at });
    if (result) {
      this.remember(pair, result);
      return result.total_price;
    }
    if (this.unknown.size < MAX_PAIRS) this.unknown.add(pair);
    return undefined;
  }

  private remember(pair: string, { provider, model }: Prices.PriceCalculation): void {
    if (this.found.has(pair) || this.found.size >= MAX_PAIRS) return;
    this.found.set(pair, { seller: { ...provider, models: [model] }, rates: Rates.of(model.prices) });
  }

  private provider(name: string, { findProvider }: PricesModule): Prices.Provider | undefined {
    if (this.providers.has(name)) return this.providers.get(name);
    const id = PROVIDER_IDS[name];
    const found = id ? findProvider({ providerId: id }) : undefined;
    if (this.providers.size < MAX_PAIRS) this.providers.set(name, found);
    return found;
  }
}
