export { genai } from './component.ts';
export type { ContentMode, ContentPolicy } from './content/policy.ts';
export { GenAiLogProcessor } from './genai-log-processor.ts';
export { GenAiProcessor } from './genai-processor.ts';
export type { CostAlias, GenAiOptions } from './options.ts';
export { COST_ALIASES, GENAI_ATTRIBUTE_COUNT } from './options.ts';
export type { ModelPrice, PricedCall, PriceSource, PriceTable } from './price/index.ts';
export { GenAiPrices, PriceOverrides, parsePrices } from './price/index.ts';
