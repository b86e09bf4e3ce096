import type { Usage } from './source.ts';

/** USD per million tokens: one price, or prices that hold from a number of input tokens on. */
type Price = number | { readonly base: number; readonly tiers: readonly { start: number; price: number }[] };

/** Usage that is added up here, and the price of each. */
const PRICE_KEYS: Readonly<Record<string, string>> = {
  input_tokens: 'input_mtok',
  cache_read_tokens: 'cache_read_mtok',
  cache_write_tokens: 'cache_write_mtok',
  output_tokens: 'output_mtok',
};

const MILLION = 1_000_000;

/**
 * The prices of a model that charges by text tokens and always the same, as nearly all do. The sum is
 * that of genai-prices to the last digit, in a hundredth of the time: it checks the structure of the
 * prices anew for each call.
 */
export class Rates {
  private constructor(private readonly prices: readonly (readonly [usage: string, price: Price])[]) {}

  /** Undefined for prices that depend on the time, or are of another kind. */
  static of(prices: unknown): Rates | undefined {
    if (typeof prices !== 'object' || prices === null || Array.isArray(prices)) return undefined;
    if ('requests_kcount' in prices || !('input_mtok' in prices)) return undefined;
    const known: [string, Price][] = [];
    // Their order is the order of the sum.
    for (const [key, price] of Object.entries(prices)) {
      const usage = Object.keys(PRICE_KEYS).find((name) => PRICE_KEYS[name] === key);
      if (usage !== undefined && price !== undefined) known.push([usage, price as Price]);
    }
    return new Rates(known);
  }

  /** USD, or undefined if the usage is of another kind than this can add up. */
  total(usage: Usage): number | undefined {
    for (const key in usage) {
      if (!Object.hasOwn(PRICE_KEYS, key) || !Number.isSafeInteger(usage[key])) return undefined;
    }
    const { input_tokens: all = 0 } = usage;
    let rest = all;
    let [input, output] = [0, 0];
    // What has a price of its own is not charged as input too.
    for (const [key] of this.prices)
      if (key !== 'input_tokens' && key !== 'output_tokens') rest -= usage[key] ?? 0;
    if (rest < 0) return undefined;
    for (const [key, price] of this.prices) {
      const cost = costOf(price, key === 'input_tokens' ? rest : (usage[key] ?? 0), all);
      if (key === 'output_tokens') output += cost;
      else input += cost;
    }
    return input + output;
  }
}

function costOf(price: Price, tokens: number, all: number): number {
  if (typeof price === 'number') return (price * tokens) / MILLION;
  let rate = price.base;
  let from = -1;
  for (const tier of price.tiers) {
    if (all <= tier.start || tier.start < from) continue;
    rate = tier.price;
    from = tier.start;
  }
  // As genai-prices has it: there and back.
  return (((rate * tokens) / MILLION) * MILLION) / MILLION;
}
