import { calcPrice, findProvider, type Provider } from '@pydantic/genai-prices';
import fc from 'fast-check';
import { Rates } from '../../../processors/genai/price/rates.ts';

const IDS = [
  'openai',
  'anthropic',
  'aws',
  'azure',
  'google',
  'cohere',
  'deepseek',
  'groq',
  'mistral',
  'x-ai',
];
const MODELS = IDS.flatMap((providerId) => {
  const provider = findProvider({ providerId }) as Provider;
  return provider.models.map((model) => ({ seller: { ...provider, models: [model] }, model }));
});
const AT = new Date('2026-09-01T12:00:00Z');

const tokens = fc.oneof(fc.nat(2_000), fc.nat(3_000_000));
const usages = fc
  .record({ rest: tokens, read: fc.option(tokens), write: fc.option(tokens), output: tokens })
  .map(({ rest, read, write, output }) => ({
    input_tokens: rest + (read ?? 0) + (write ?? 0),
    output_tokens: output,
    ...(read === null ? {} : { cache_read_tokens: read }),
    ...(write === null ? {} : { cache_write_tokens: write }),
  }));

/** What the package says; it throws for some usage that a model does not have. */
function asked(
  usage: Record<string, number>,
  { seller, model }: (typeof MODELS)[number],
): number | undefined {
  try {
    return calcPrice(usage, model.id, { provider: seller, timestamp: AT })?.total_price;
  } catch {
    return undefined;
  }
}

test('the quick sum is that of genai-prices to the last digit, for every model that has one', () => {
  const quick = MODELS.flatMap((each) => {
    const rates = Rates.of(each.model.prices);
    return rates && asked({ input_tokens: 1, output_tokens: 1 }, each) !== undefined
      ? [{ ...each, rates }]
      : [];
  });
  expect(quick.length).toBeGreaterThan(MODELS.length / 2);
  const tiered = quick.filter(({ model }) => JSON.stringify(model.prices).includes('tiers'));
  expect(tiered.length).toBeGreaterThan(2);
  fc.assert(
    fc.property(usages, fc.constantFrom(...quick), (usage, each) => {
      const expected = asked(usage, each);
      expect(each.rates.total(usage)).toBe(expected);
    }),
    { numRuns: 5_000 },
  );
  for (const each of tiered) {
    for (const input of [1, 127_999, 128_000, 128_001, 200_000, 200_001, 272_001, 1_000_000]) {
      const usage = { input_tokens: input, output_tokens: 77 };
      expect(each.rates.total(usage)).toBe(asked(usage, each));
    }
  }
});

test('what is not a plain sum is left to the package', () => {
  expect(Rates.of([{ prices: { input_mtok: 1 } }])).toBeUndefined();
  expect(Rates.of({ input_mtok: 1, requests_kcount: 2 })).toBeUndefined();
  const rates = Rates.of({ input_mtok: 1, cache_read_mtok: 0.1, output_mtok: 2 }) as Rates;
  expect(rates.total({ input_tokens: 1, output_tokens: 1, input_audio_tokens: 1 })).toBeUndefined();
  expect(rates.total({ input_tokens: 0.5, output_tokens: 1 })).toBeUndefined();
  expect(rates.total({ input_tokens: 1, output_tokens: 1, cache_read_tokens: 2 })).toBeUndefined();
  expect(rates.total({ input_tokens: 10, output_tokens: 1, cache_read_tokens: 4 })).toBe(
    calcPrice({ input_tokens: 10, output_tokens: 1, cache_read_tokens: 4 }, 'own', {
      provider: {
        id: 'own',
        name: 'own',
        api_pattern: '.*',
        models: [
          {
            id: 'own',
            match: { equals: 'own' },
            prices: { input_mtok: 1, cache_read_mtok: 0.1, output_mtok: 2 },
          },
        ],
      },
    })?.total_price,
  );
});
