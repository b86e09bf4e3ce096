import type { PricedCall, PriceSource, Usage } from './source.ts';

/** USD per million tokens. What is not given costs as much as what contains it. */
export interface ModelPrice {
  readonly input_mtok?: number;
  readonly output_mtok?: number;
  readonly cache_read_mtok?: number;
  readonly cache_write_mtok?: number;
}

/** Prices by model, or by `provider/model`; the latter wins. */
export type PriceTable = Readonly<Record<string, ModelPrice>>;

const FIELDS: ReadonlySet<string> = new Set([
  'input_mtok',
  'output_mtok',
  'cache_read_mtok',
  'cache_write_mtok',
]);

/** Prices of the user's own, e.g. of a private model or an agreement. */
export class PriceOverrides implements PriceSource {
  private readonly table: ReadonlyMap<string, ModelPrice>;

  constructor(
    table: PriceTable,
    readonly version = 'own prices',
  ) {
    this.table = new Map(Object.entries(table));
  }

  price({ provider, model, usage }: PricedCall): number | undefined {
    const price = this.table.get(`${provider}/${model}`) ?? this.table.get(model);
    return price && total(price, usage);
  }
}

function total(price: ModelPrice, usage: Usage): number {
  const { input_tokens: input = 0, output_tokens: output = 0 } = usage;
  const { cache_read_tokens: read = 0, cache_write_tokens: write = 0 } = usage;
  const base = price.input_mtok ?? 0;
  const sum =
    (input - read - write) * base +
    read * (price.cache_read_mtok ?? base) +
    write * (price.cache_write_mtok ?? base) +
    output * (price.output_mtok ?? 0);
  return sum / 1_000_000;
}

/** A price table from JSON text. @throws Error that says what is wrong */
export function parsePrices(json: string): PriceTable {
  const table: unknown = JSON.parse(json);
  if (typeof table !== 'object' || table === null || Array.isArray(table)) {
    throw new Error('not an object of prices by model');
  }
  for (const [model, price] of Object.entries(table)) {
    if (typeof price !== 'object' || price === null)
      throw new Error(`the price of ${model} is not an object`);
    for (const [field, value] of Object.entries(price)) {
      if (!FIELDS.has(field)) throw new Error(`${model} has the unknown field ${field}`);
      const valid = typeof value === 'number' && Number.isFinite(value) && value >= 0;
      if (!valid) throw new Error(`${field} of ${model} is not a number ≥ 0`);
    }
  }
  return table as PriceTable;
}
