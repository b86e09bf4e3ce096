import type { PricedCall, PriceSource, Unpriced } from './source.ts';
import { isConsistent } from './usage.ts';

/** A price with its origin, or the reason why there is none. */
export type Quote = { readonly usd: number; readonly version: string } | { readonly unpriced: Unpriced };

/** Asks price sources in order. Never throws, never guesses. */
export class PriceBook {
  /**
   * @param sources the first that knows a model wins
   * @param models other names for models, e.g. Azure deployments: `{ 'my-deployment': 'gpt-4o' }`
   * @param onError told once about a source that fails
   */
  constructor(
    private readonly sources: readonly PriceSource[],
    private readonly models: Readonly<Record<string, string>> = {},
    private readonly onError: (error: unknown) => void = () => {},
  ) {}

  /** @param models names to try, the most exact first */
  quote(call: Omit<PricedCall, 'model'>, models: readonly string[]): Quote {
    if (!isConsistent(call.usage)) return { unpriced: 'inconsistent_usage' };
    let failed = false;
    for (const name of models) {
      const model = Object.hasOwn(this.models, name) ? (this.models[name] as string) : name;
      for (const source of this.sources) {
        try {
          const usd = source.price({ ...call, model });
          if (usd !== undefined && Number.isFinite(usd) && usd >= 0) return { usd, version: source.version };
        } catch (error) {
          failed = true;
          this.onError(error);
        }
      }
    }
    return { unpriced: failed ? 'no_price_data' : 'unknown_model' };
  }
}
