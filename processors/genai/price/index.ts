export type { PricesModule } from './genai-prices.ts';
export { GenAiPrices } from './genai-prices.ts';
export type { ModelPrice, PriceTable } from './overrides.ts';
export { PriceOverrides, parsePrices } from './overrides.ts';
export { PriceBook } from './price-book.ts';
export type { PricedCall, PriceSource } from './source.ts';
export { hasUnreadableCount, usageOf } from './usage.ts';
