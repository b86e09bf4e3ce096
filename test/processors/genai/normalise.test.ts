import type { Attributes } from '@opentelemetry/api';
import { createTestBox, type TestBox } from '../../../src/testing/index.ts';

let box: TestBox;
beforeEach(() => {
  box = createTestBox({ register: false, genai: { content: { prompts: 'full', completions: 'full' } } });
});
afterEach(() => box.dispose());

function attributesOf(attributes: Attributes, scope = 'test'): Attributes {
  box.reset();
  box.tracerProvider.getTracer(scope).startSpan('span', { attributes }).end();
  return box.spans()[0]?.attributes ?? {};
}

describe('every dialect comes out in the names of conventions 1.41', () => {
  const expected = {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'openai',
    'gen_ai.request.model': 'gpt-4o',
    'gen_ai.usage.input_tokens': 30,
    'gen_ai.usage.output_tokens': 12,
    'gen_ai.usage.cache_read.input_tokens': 10,
    'gen_ai.usage.reasoning.output_tokens': 4,
    'gen_ai.response.finish_reasons': ['stop'],
  };
  test.each<[string, Attributes]>([
    ['conventions 1.41', expected],
    [
      'conventions up to 1.36',
      {
        'gen_ai.operation.name': 'chat',
        'gen_ai.system': 'openai',
        'gen_ai.request.model': 'gpt-4o',
        'gen_ai.usage.prompt_tokens': 30,
        'gen_ai.usage.completion_tokens': 12,
        'gen_ai.usage.cache_read_input_tokens': 10,
        'gen_ai.usage.reasoning_tokens': 4,
        'gen_ai.response.finish_reason': 'stop',
      },
    ],
    [
      'Sentry',
      {
        'gen_ai.operation.name': 'chat',
        'gen_ai.system': 'openai',
        'gen_ai.request.model': 'gpt-4o',
        'gen_ai.usage.input_tokens': 30,
        'gen_ai.usage.input_tokens.cached': 10,
        'gen_ai.usage.output_tokens': 12,
        'gen_ai.usage.output_tokens.reasoning': 4,
        'gen_ai.response.finish_reasons': '["stop"]',
      },
    ],
    [
      'OpenInference',
      {
        'openinference.span.kind': 'LLM',
        'llm.provider': 'openai',
        'llm.model_name': 'gpt-4o',
        'llm.token_count.prompt': 30,
        'llm.token_count.completion': 12,
        'llm.token_count.prompt_details.cache_read': 10,
        'llm.token_count.completion_details.reasoning': 4,
        'llm.finish_reason': 'stop',
      },
    ],
    [
      'Traceloop',
      {
        'llm.request.type': 'chat',
        'gen_ai.system': 'OpenAI',
        'gen_ai.request.model': 'gpt-4o',
        'gen_ai.usage.prompt_tokens': 30,
        'gen_ai.usage.completion_tokens': 12,
        'gen_ai.usage.cache_read_input_tokens': 10,
        'gen_ai.usage.reasoning_tokens': 4,
        'gen_ai.completion.0.finish_reason': 'stop',
      },
    ],
    [
      'the AI SDK before 7',
      {
        'ai.operationId': 'ai.generateText.doGenerate',
        'ai.model.provider': 'openai.chat',
        'ai.model.id': 'gpt-4o',
        'ai.usage.inputTokens': 30,
        'ai.usage.outputTokens': 12,
        'ai.usage.cachedInputTokens': 10,
        'ai.usage.reasoningTokens': 4,
        'ai.response.finishReason': 'stop',
      },
    ],
    [
      'plain tags',
      {
        'llm.provider': 'openai',
        'llm.model': 'gpt-4o',
        'llm.prompt_tokens': 30,
        'llm.completion_tokens': 12,
        'llm.cached_tokens': 10,
        'llm.reasoning_tokens': '4',
        'llm.finish_reason': 'stop',
      },
    ],
  ])('%s', (_name, attributes) => {
    expect(attributesOf(attributes)).toMatchObject(expected);
  });

  test.each<[string, Attributes, Attributes]>([
    [
      'milliseconds become seconds',
      { 'gen_ai.response.time_to_first_token_ms': 250 },
      { 'gen_ai.response.time_to_first_chunk': 0.25 },
    ],
    [
      'providers get their spelling',
      { 'gen_ai.system': 'az.ai.openai' },
      { 'gen_ai.provider.name': 'azure.ai.openai' },
    ],
    ['the streaming flag', { 'llm.is_streaming': true }, { 'gen_ai.request.stream': true }],
    [
      'agents',
      { 'agent.name': 'planner', 'agent.workflow': 'w' },
      { 'gen_ai.agent.name': 'planner', 'gen_ai.operation.name': 'invoke_agent' },
    ],
    [
      'tools',
      { 'agent.tool.name': 'search' },
      { 'gen_ai.tool.name': 'search', 'gen_ai.operation.name': 'execute_tool' },
    ],
    [
      'Traceloop tools',
      { 'traceloop.span.kind': 'tool', 'traceloop.entity.name': 'search' },
      { 'gen_ai.tool.name': 'search', 'gen_ai.operation.name': 'execute_tool' },
    ],
    [
      'cache writes',
      { 'gen_ai.usage.input_tokens': 9, 'gen_ai.usage.cache_write.input_tokens': 5 },
      { 'gen_ai.usage.cache_creation.input_tokens': 5 },
    ],
  ])('%s', (_what, attributes, expectedAttributes) => {
    expect(attributesOf(attributes)).toMatchObject(expectedAttributes);
  });

  test('a name of the conventions wins over its translation, and only one of them remains', () => {
    const attributes = attributesOf({ 'gen_ai.usage.input_tokens': 1, 'gen_ai.usage.prompt_tokens': 2 });
    expect(attributes).toEqual({ 'gen_ai.usage.input_tokens': 1 });
  });

  test('Anthropic counts that leave the cache out are made inclusive', () => {
    const attributes = attributesOf({
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'anthropic',
      'gen_ai.usage.input_tokens': 3,
      'gen_ai.usage.cache_read.input_tokens': 100,
      'gen_ai.usage.cache_creation.input_tokens': 10,
    });
    expect(attributes['gen_ai.usage.input_tokens']).toBe(113);
  });

  test('lists of one attribute per field become messages', () => {
    const attributes = attributesOf({
      'openinference.span.kind': 'LLM',
      'llm.input_messages.0.message.role': 'system',
      'llm.input_messages.0.message.content': 'be kind',
      'llm.input_messages.1.message.role': 'user',
      'llm.input_messages.1.message.contents.0.message_content.type': 'text',
      'llm.input_messages.1.message.contents.0.message_content.text': 'hi',
      'gen_ai.completion.0.role': 'assistant',
      'gen_ai.completion.0.content': 'hello',
      'gen_ai.completion.0.finish_reason': 'stop',
    });
    expect(JSON.parse(String(attributes['gen_ai.input.messages']))).toEqual([
      { role: 'system', parts: [{ type: 'text', content: 'be kind' }] },
      { role: 'user', parts: [{ type: 'text', content: 'hi' }] },
    ]);
    expect(JSON.parse(String(attributes['gen_ai.output.messages']))).toEqual([
      { role: 'assistant', parts: [{ type: 'text', content: 'hello' }], finish_reason: 'stop' },
    ]);
    expect(Object.keys(attributes).filter((key) => /\.\d+\./.test(key))).toEqual([]);
  });

  test('a hostile attribute name cannot reach a prototype', () => {
    attributesOf({ 'gen_ai.prompt.0.__proto__.polluted': 'yes', 'gen_ai.prompt.0.constructor.x': 'y' });
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
    expect(box.spans()).toHaveLength(1);
  });

  test('the live span is not changed', () => {
    const span = box.tracerProvider
      .getTracer('t')
      .startSpan('s', { attributes: { 'gen_ai.system': 'openai' } });
    span.end();
    expect(Reflect.get(span, 'attributes')).toEqual({ 'gen_ai.system': 'openai' });
  });

  test('other spans pass as they are, as the same object', () => {
    const span = box.tracerProvider
      .getTracer('t')
      .startSpan('GET /', { attributes: { 'agent.name': 'nginx', 'http.route': '/' } });
    span.end();
    expect(box.spans()[0]).toBe(span);
  });
});

describe('the profile `latest`', () => {
  test('renames what conventions after 1.41 call otherwise', async () => {
    const latest = createTestBox({ register: false, genai: { profile: 'latest' } });
    const attributes = {
      'gen_ai.operation.name': 'chat',
      'gen_ai.usage.input_tokens': 9,
      'gen_ai.usage.cache_creation.input_tokens': 5,
    };
    latest.tracerProvider.getTracer('t').startSpan('s', { attributes }).end();
    const [span] = latest.spans();
    expect(span?.attributes).toMatchObject({ 'gen_ai.usage.cache_write.input_tokens': 5 });
    expect(span?.attributes).not.toHaveProperty(['gen_ai.usage.cache_creation.input_tokens']);
    await latest.dispose();
  });
});

describe('an excluded scope', () => {
  test('keeps its names, and still loses its content', async () => {
    const own = createTestBox({ register: false, genai: { excludeScopes: ['mine'] } });
    const attributes = { 'gen_ai.system': 'openai', 'gen_ai.prompt': 'secret' };
    own.tracerProvider.getTracer('mine').startSpan('s', { attributes }).end();
    expect(own.spans()[0]?.attributes).toEqual({ 'gen_ai.system': 'openai' });
    await own.dispose();
  });
});
