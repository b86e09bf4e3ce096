/**
 * Tokens of one call. Input includes cached tokens, output includes reasoning, as in the
 * conventions. Keys are those of genai-prices, e.g. `input_tokens`, `cache_read_tokens`.
 */
export type Usage = Readonly<Record<string, number | undefined>>;

/** One call to be priced. */
export interface PricedCall {
  /** `gen_ai.provider.name`. */
  readonly provider: string;
  readonly model: string;
  readonly usage: Usage;
  /** When the call began; prices change. */
  readonly at: Date;
}

/** Why a call has no price. */
export type Unpriced = 'unknown_model' | 'unknown_provider' | 'inconsistent_usage' | 'no_price_data';

/** Knows prices. Returns USD, or undefined for a call it knows nothing about. */
export interface PriceSource {
  /** Where the numbers come from, e.g. `genai-prices 0.1.8`. */
  readonly version: string;
  /** @throws RangeError for usage that cannot be, e.g. more cached tokens than input tokens */
  price(call: PricedCall): number | undefined;
}
