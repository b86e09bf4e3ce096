import { createHmac } from 'node:crypto';
import type { AnyValue, Attributes } from '@opentelemetry/api';
import fc from 'fast-check';
import type { ContentPolicy } from '../../../processors/genai/index.ts';
import { firstCodePoints, fitJson } from '../../../src/core/index.ts';
import { createTestBox, type TestBox } from '../../../src/testing/index.ts';

const CANARY = 'canary-7f3a';
let box: TestBox;
afterEach(() => box.dispose());

function attributesWith(content: Partial<ContentPolicy>, attributes: Attributes): Attributes {
  box = createTestBox({ register: false, genai: { content } });
  const span = box.tracerProvider.getTracer('t').startSpan('s', { attributes });
  span.addEvent('gen_ai.content.prompt', { 'gen_ai.prompt': CANARY });
  span.addEvent('gen_ai.user.message', { content: CANARY, role: 'user' });
  span.end();
  return box.spans()[0]?.attributes ?? {};
}

/** Where libraries of all dialects put content. */
const PLACES = [
  'gen_ai.input.messages',
  'gen_ai.output.messages',
  'gen_ai.system_instructions',
  'gen_ai.tool.definitions',
  'gen_ai.tool.call.arguments',
  'gen_ai.tool.call.result',
  'gen_ai.tool.input',
  'gen_ai.tool.output',
  'gen_ai.retrieval.query.text',
  'gen_ai.retrieval.documents',
  'gen_ai.memory.records',
  'gen_ai.memory.query.text',
  'gen_ai.prompt',
  'gen_ai.completion',
  'gen_ai.prompt.0.content',
  'gen_ai.completion.0.content',
  'gen_ai.prompt.0.tool_calls.0.arguments',
  'gen_ai.prompt.variable.name',
  'gen_ai.some_new_field',
  'gen_ai.tool.message',
  'input.value',
  'output.value',
  'llm.prompts',
  'llm.completions',
  'llm.prompt',
  'llm.response',
  'llm.invocation_parameters',
  'llm.input_messages.0.message.content',
  'llm.output_messages.0.message.tool_calls.0.tool_call.function.arguments',
  'llm.prompt_template.template',
  'llm.prompt_template.variables',
  'llm.tools.0.tool.json_schema',
  'retrieval.documents.0.document.content',
  'embedding.embeddings.0.embedding.text',
  'tool.parameters',
  'metadata',
  'traceloop.entity.input',
  'traceloop.entity.output',
  'traceloop.association.properties.user',
  'traceloop.prompt.template',
  'ai.prompt',
  'ai.prompt.messages',
  'ai.prompt.tools',
  'ai.response.text',
  'ai.response.object',
  'ai.response.toolCalls',
  'ai.response.reasoning',
  'ai.toolCall.args',
  'ai.toolCall.result',
  'ai.value',
  'ai.values',
  'ai.embedding',
  'ai.schema',
  'ai.telemetry.metadata.question',
  'anthropic.tool_result.content',
  'agent.input',
  'agent.output',
  'agent.tool.result',
  'agent.reasoning.thought',
  'gen_ai.evaluation.explanation',
];

describe('content off', () => {
  test.each(PLACES)('is the default and takes it out of %s', (key) => {
    const marked = {
      'gen_ai.operation.name': 'chat',
      'openinference.span.kind': 'LLM',
      [key]: `x ${CANARY} y`,
    };
    attributesWith({}, marked);
    expect(JSON.stringify([box.spans()[0]?.attributes, box.spans()[0]?.events])).not.toContain(CANARY);
  });

  test('takes lists and structures out too', () => {
    attributesWith({}, { 'gen_ai.input.messages': [CANARY], 'ai.values': [CANARY], 'llm.prompts': [CANARY] });
    expect(JSON.stringify(box.spans()[0]?.attributes)).not.toContain(CANARY);
  });

  test('keeps what is no content', () => {
    const kept = {
      'gen_ai.operation.name': 'chat',
      'gen_ai.usage.input_tokens': 30,
      'gen_ai.response.id': 'r',
      'gen_ai.conversation.id': 'c',
      'gen_ai.agent.name': 'a',
      'gen_ai.tool.name': 't',
      'gen_ai.prompt.name': 'greeting',
      'app.own': 'mine',
      'http.request.method': 'POST',
      'openai.response.service_tier': 'default',
    };
    expect(attributesWith({}, kept)).toEqual(kept);
  });
});

const conversation = JSON.stringify([
  { role: 'user', parts: [{ type: 'text', content: 'Ä'.repeat(50) }] },
  { role: 'assistant', parts: [{ type: 'text', content: 'earlier answer' }] },
]);

describe('content in preview', () => {
  test('is short, valid, and tells its length', () => {
    const attributes = attributesWith(
      { prompts: 'preview', completions: 'preview', previewLength: 10 },
      { 'gen_ai.input.messages': conversation },
    );
    expect(JSON.parse(String(attributes['gen_ai.input.messages']))).toEqual([
      { role: 'user', parts: [{ type: 'text', content: `${'Ä'.repeat(10)}…` }] },
      { role: 'assistant', parts: [{ type: 'text', content: 'earlier an…' }] },
    ]);
    expect(attributes['signalbox.genai.input.messages.length']).toBe([...conversation].length);
  });

  test('has a keyed hash if there is a key, also with content off', () => {
    const hash = createHmac('sha256', 'k').update(conversation).digest('hex').slice(0, 16);
    const attributes = attributesWith({ hashKey: 'k' }, { 'gen_ai.input.messages': conversation });
    expect(attributes).toEqual({ 'signalbox.genai.input.messages.hash': hash });
  });
});

describe('content in full', () => {
  test('stays as it is up to the limit, and valid JSON beyond', () => {
    const long = JSON.stringify([
      { role: 'user', parts: [{ type: 'text', content: '"\\😀'.repeat(20_000) }] },
      { role: 'assistant', parts: [{ type: 'text', content: 'short' }] },
    ]);
    const full: Partial<ContentPolicy> = { prompts: 'full', completions: 'full' };
    expect(attributesWith(full, { 'gen_ai.output.messages': conversation })['gen_ai.output.messages']).toBe(
      conversation,
    );
    const text = String(attributesWith(full, { 'gen_ai.output.messages': long })['gen_ai.output.messages']);
    expect(text.length).toBeLessThanOrEqual(24_000);
    expect(JSON.parse(text)).toMatchObject([{ role: 'user' }, { parts: [{ content: 'short' }] }]);
  });

  test('withholds prompts or completions alone, earlier answers included', () => {
    const both = {
      'gen_ai.input.messages': conversation,
      'gen_ai.output.messages': conversation,
      'gen_ai.tool.call.result': 'r',
    };
    expect(Object.keys(attributesWith({ prompts: 'off', completions: 'full' }, both))).toEqual([
      'gen_ai.output.messages',
      'gen_ai.tool.call.result',
    ]);
    const attributes = attributesWith({ prompts: 'full', completions: 'off' }, both);
    expect(Object.keys(attributes)).toEqual(['gen_ai.input.messages']);
    expect(String(attributes['gen_ai.input.messages'])).not.toContain('earlier answer');
  });

  test('of a plain text is a text', () => {
    expect(attributesWith({ prompts: 'full' }, { 'gen_ai.retrieval.query.text': 'refund?' })).toEqual({
      'gen_ai.retrieval.query.text': 'refund?',
    });
  });
});

describe('fitting', () => {
  test('any JSON stays JSON within the limit', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.integer({ min: 100, max: 400 }), (value, limit) => {
        const text = fitJson(value, limit);
        JSON.parse(text);
        return text.length <= limit;
      }),
    );
  });

  test('a text is never cut within a character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 0, max: 20 }), (text, limit) =>
        firstCodePoints(text, limit).isWellFormed(),
      ),
    );
  });
});

describe('GenAI log records', () => {
  function emit(
    content: Partial<ContentPolicy>,
    body: AnyValue,
    attributes: Attributes = {},
    eventName?: string,
  ) {
    box = createTestBox({ register: false, genai: { content } });
    box.loggerProvider.getLogger('t').emit({ body, attributes, ...(eventName ? { eventName } : {}) });
    return box.logs()[0];
  }

  test.each<[string, AnyValue]>([
    ['gen_ai.user.message', { role: 'user', content: CANARY }],
    [
      'gen_ai.choice',
      {
        index: 0,
        finish_reason: 'stop',
        message: {
          role: 'assistant',
          content: CANARY,
          tool_calls: [{ id: '1', function: { name: 'f', arguments: CANARY } }],
        },
      },
    ],
    [
      'gen_ai.client.inference.operation.details',
      { 'gen_ai.input.messages': [CANARY], 'gen_ai.usage.input_tokens': 3 },
    ],
    ['gen_ai.tool.message', CANARY],
  ])('%s loses its words and keeps its structure', (eventName, body) => {
    const record = emit({}, body, { 'gen_ai.system': 'openai', 'gen_ai.input.messages': CANARY }, eventName);
    expect(JSON.stringify([record?.body, record?.attributes])).not.toContain(CANARY);
    expect(record?.attributes).toEqual({ 'gen_ai.provider.name': 'openai' });
    if (eventName === 'gen_ai.choice') {
      expect(record?.body).toEqual({
        index: 0,
        finish_reason: 'stop',
        message: { role: 'assistant', tool_calls: [{ id: '1', function: { name: 'f' } }] },
      });
    }
  });

  test('are known by an attribute with the name of the event, too', () => {
    expect(emit({}, { content: CANARY }, { 'event.name': 'gen_ai.user.message' })?.body).toBeUndefined();
  });

  test('pass in full if allowed, and not if content goes on spans only', () => {
    const body = { role: 'user', content: 'hi' };
    expect(emit({ prompts: 'full' }, body, {}, 'gen_ai.user.message')?.body).toEqual(body);
    expect(emit({ prompts: 'full', logs: false }, body, {}, 'gen_ai.user.message')?.body).toEqual({
      role: 'user',
    });
  });

  test('others pass untouched', () => {
    const record = emit({}, `I said ${CANARY}`, { content: CANARY });
    expect(record?.body).toBe(`I said ${CANARY}`);
    expect(record?.attributes).toEqual({ content: CANARY });
  });
});
