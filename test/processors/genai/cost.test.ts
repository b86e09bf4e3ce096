import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Attributes } from '@opentelemetry/api';
import * as prices from '@pydantic/genai-prices';
import { GenAiPrices, PriceOverrides, parsePrices } from '../../../processors/genai/index.ts';
import { createTestBox, type TestBox } from '../../../src/testing/index.ts';

interface CostCase {
  id: string;
  price_at: string;
  provider: string;
  model: string;
  usage: Record<string, number>;
  expected_usd: { total: string };
  otel_attributes: Attributes;
  needs_beyond_otel: string[];
}

const VECTORS = join(__dirname, '../../vectors/cost.json');
const { cases } = JSON.parse(readFileSync(VECTORS, 'utf8')) as { cases: CostCase[] };

describe('the price of a call', () => {
  const source = new GenAiPrices(() => prices);

  test.each(cases.map((one) => [one.id, one] as const))(
    '%s agrees with the provider price list',
    (_id, one) => {
      const usd = source.price({
        provider: String(one.otel_attributes['gen_ai.provider.name']),
        model: one.model,
        usage: one.usage,
        at: new Date(one.price_at),
      });
      expect(Math.abs((usd as number) - Number(one.expected_usd.total))).toBeLessThan(1e-9);
    },
  );
});

describe('the cost on a span', () => {
  let box: TestBox;
  beforeEach(() => {
    box = createTestBox({ register: false });
  });
  afterEach(() => box.dispose());

  function emit(attributes: Attributes, at?: Date, name = 'call'): void {
    const start = at ?? new Date();
    const span = box.tracerProvider.getTracer('test').startSpan(name, { startTime: start, attributes });
    span.end(new Date(start.getTime() + 1000));
  }

  const fromAttributes = cases.filter(({ needs_beyond_otel: needs }) => needs.length === 0);

  test.each(fromAttributes.map((one) => [one.id, one] as const))(
    '%s comes from attributes alone',
    (_id, one) => {
      emit(one.otel_attributes, new Date(one.price_at));
      const cost = box.spans()[0]?.attributes['gen_ai.usage.cost'] as number;
      expect(Math.abs(cost - Number(one.expected_usd.total))).toBeLessThan(1e-9);
    },
  );

  test('counts one-hour cache writes at their own rate', () => {
    const one = cases.find(({ id }) => id === 'cost-38') as CostCase;
    emit(
      {
        ...one.otel_attributes,
        'anthropic.usage.cache_creation.ephemeral_5m_input_tokens': 100_000,
        'anthropic.usage.cache_creation.ephemeral_1h_input_tokens': 100_000,
      },
      new Date(one.price_at),
    );
    expect(box.spans()[0]?.attributes['gen_ai.usage.cost']).toBeCloseTo(2.55, 9);
  });

  const usage = { 'gen_ai.usage.input_tokens': 1000, 'gen_ai.usage.output_tokens': 100 };
  const gpt = { 'gen_ai.provider.name': 'openai', 'gen_ai.request.model': 'gpt-4o', ...usage };

  test.each([
    'invoke_agent',
    'create_agent',
    'invoke_workflow',
    'plan',
    'execute_tool',
    'agent_step',
    'fetch_response',
    'retrieval',
  ])('is never on %s spans, not even if they carry usage', (operation) => {
    emit({ ...gpt, 'gen_ai.operation.name': operation, 'gen_ai.usage.cost': 1 });
    const [span] = box.spans();
    expect(Object.keys(span?.attributes ?? {}).filter((key) => key.includes('cost'))).toEqual([]);
  });

  test('is also written under the name the backend reads', async () => {
    const all = createTestBox({ register: false, genai: { costAliases: ['datadog', 'sentry', 'phoenix'] } });
    all.tracerProvider
      .getTracer('t')
      .startSpan('c', { attributes: { ...gpt, 'gen_ai.operation.name': 'chat' } })
      .end();
    const [span] = all.spans();
    const cost = span?.attributes['gen_ai.usage.cost'];
    expect(cost).toBeCloseTo(0.0035, 9);
    for (const key of ['gen_ai.cost.estimated_total', 'gen_ai.cost.total_tokens', 'llm.cost.total']) {
      expect(span?.attributes[key]).toBe(cost);
    }
    await all.dispose();
  });

  test('that the emitter knows is kept', () => {
    emit({ ...gpt, 'gen_ai.operation.name': 'chat', 'gen_ai.cost.total_tokens': 0.5 });
    expect(box.spans()[0]?.attributes['gen_ai.usage.cost']).toBe(0.5);
  });

  test('that is below nothing is not', () => {
    emit({ ...gpt, 'gen_ai.operation.name': 'chat', 'gen_ai.usage.cost': -1 });
    expect(box.spans()[0]?.attributes['gen_ai.usage.cost']).toBeGreaterThan(0);
  });

  test.each([
    ['aws_bedrock', 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'],
    ['aws.bedrock', 'arn:aws:bedrock:eu-west-1::foundation-model/anthropic.claude-3-haiku-20240307-v1:0'],
    ['google_genai', 'models/gemini-2.5-pro'],
    ['gemini', 'publishers/google/models/gemini-2.5-flash'],
    ['google.vertex.chat', 'gemini-2.5-flash'],
    ['google-vertex', 'publishers/anthropic/models/claude-sonnet-4-5@20250929'],
    ['azure-openai.chat', 'gpt-4o-2024-08-06'],
    ['openai', 'ft:gpt-4o-mini-2024-07-18:acme::abc'],
    ['together_ai', 'meta-llama/Llama-3.3-70B-Instruct-Turbo'],
  ])('is found for %s and %s', (provider, model) => {
    emit({
      ...gpt,
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': provider,
      'gen_ai.request.model': model,
    });
    expect(box.spans()[0]?.attributes['gen_ai.usage.cost']).toBeGreaterThan(0);
  });

  test.each<[string, Attributes, string]>([
    ['an unknown model', { 'gen_ai.request.model': 'my-model' }, 'unknown_model'],
    ['an unknown provider', { 'gen_ai.provider.name': 'basement' }, 'unknown_model'],
    ['no provider', { 'gen_ai.provider.name': undefined }, 'unknown_provider'],
    ['more cached than input tokens', { 'gen_ai.usage.cache_read.input_tokens': 5000 }, 'inconsistent_usage'],
    ['tokens that are no number', { 'gen_ai.usage.input_tokens': Number.NaN }, 'inconsistent_usage'],
    ['tokens that are a word', { 'gen_ai.usage.output_tokens': 'many' }, 'inconsistent_usage'],
    ['negative tokens', { 'gen_ai.usage.output_tokens': -1 }, 'inconsistent_usage'],
    [
      'more reasoning than output tokens',
      { 'gen_ai.usage.reasoning.output_tokens': 500 },
      'inconsistent_usage',
    ],
  ])('is absent and counted for %s', async (_what, attributes, reason) => {
    emit({ ...gpt, 'gen_ai.operation.name': 'chat', ...attributes });
    expect(box.spans()[0]?.attributes['gen_ai.usage.cost']).toBeUndefined();
    const counted = (await box.metrics()).filter(({ name }) => name === 'signalbox.genai.unpriced_calls');
    expect(counted).toMatchObject([{ value: 1, attributes: { reason } }]);
  });

  test('is absent without usage, which is not counted as unpriced', async () => {
    emit({
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'gpt-4o',
    });
    expect(box.spans()[0]?.attributes['gen_ai.usage.cost']).toBeUndefined();
    expect((await box.metrics()).map(({ name }) => name)).not.toContain('signalbox.genai.unpriced_calls');
  });

  test('follows own prices first, and names for deployments', async () => {
    const table = parsePrices(
      '{"openai/gpt-4o": {"input_mtok": 1, "output_mtok": 10, "cache_read_mtok": 0}}',
    );
    const own = createTestBox({
      register: false,
      genai: { prices: [new PriceOverrides(table)], models: { 'prod-eu': 'gpt-4o' } },
    });
    const attributes = { ...gpt, 'gen_ai.operation.name': 'chat', 'gen_ai.request.model': 'prod-eu' };
    own.tracerProvider.getTracer('t').startSpan('c', { attributes }).end();
    own.assertSpans().hasAttributes({ 'gen_ai.usage.cost': 0.002, 'signalbox.genai.pricing': 'own prices' });
    await own.dispose();
  });

  test.each([
    ['[]', /not an object/],
    ['{"m": {"input": 1}}', /unknown field input/],
    ['{"m": {"input_mtok": -1}}', /not a number/],
  ])('own prices %s are refused', (json, message) => {
    expect(() => parsePrices(json)).toThrow(message);
  });

  test('a price list that fails is no reason to lose the span', async () => {
    const messages: string[] = [];
    const broken = createTestBox({
      register: false,
      genai: {
        load: () => {
          throw new Error('not installed');
        },
        onError: (message) => messages.push(message),
      },
    });
    for (let index = 0; index < 3; index++) {
      broken.tracerProvider
        .getTracer('t')
        .startSpan('c', { attributes: { ...gpt, 'gen_ai.operation.name': 'chat' } })
        .end();
    }
    broken.assertSpans().hasCount(3).hasNoAttribute('gen_ai.usage.cost');
    expect(messages).toEqual([expect.stringContaining('not installed')]);
    await broken.dispose();
  });

  test('survives a span that is full to its limit', () => {
    const many = Object.fromEntries(Array.from({ length: 123 }, (_, index) => [`app.${index}`, index]));
    emit({ 'gen_ai.operation.name': 'chat', ...gpt, ...many });
    expect(Object.keys(many)).toHaveLength(123);
    box.assertSpans().hasAttribute('gen_ai.usage.cost').hasAttribute('gen_ai.cost.estimated_total');
  });
});
