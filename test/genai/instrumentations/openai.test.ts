import { SpanKind } from '@opentelemetry/api';
import { traceAgent } from '../../../src/genai/index.ts';
import { OpenAiInstrumentation } from '../../../src/genai/instrumentations/index.ts';
import { approximately, createTestBox, type TestBox } from '../../../src/testing/index.ts';
import { OPENAI_VERSIONS, type OpenAi } from '../support/openai-versions.ts';
import { ProviderServer } from '../support/provider-server.ts';

let box: TestBox;
let server: ProviderServer;
const instrumentation = new OpenAiInstrumentation();

beforeAll(async () => {
  server = await new ProviderServer().start();
});
afterAll(() => server.stop());
beforeEach(() => {
  box = createTestBox();
});
afterEach(() => box.dispose());

const messages = [{ role: 'user' as const, content: 'How are you?' }];
const model = 'gpt-4o-mini';

/** Usage as the provider reports it, and its price: 20 × 0.15 + 10 × 0.075 + 12 × 0.6 per million. */
const COUNTED = {
  'gen_ai.usage.input_tokens': 30,
  'gen_ai.usage.output_tokens': 12,
  'gen_ai.usage.cache_read.input_tokens': 10,
  'gen_ai.usage.reasoning.output_tokens': 4,
  'gen_ai.usage.cost': approximately(0.00001095, 1e-9),
};

async function ended(count = 1): Promise<void> {
  for (let turn = 0; turn < 400 && box.spans().length < count; turn++) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

describe.each(OPENAI_VERSIONS)('%s', (name, module) => {
  let client: OpenAi;
  beforeAll(() => {
    instrumentation.patch(module);
    client = new module.OpenAI({ apiKey: 'x', baseURL: server.url, maxRetries: 0 });
  });

  const streamed = { model, messages, stream: true as const, stream_options: { include_usage: true } };
  const json_schema = { name: 'answer', schema: { type: 'object' as const } };
  const response_format = { type: 'json_schema' as const, json_schema };
  // Version 4 has them under `beta`.
  const chat = (): OpenAi['chat']['completions'] =>
    name === 'openai4'
      ? (Reflect.get(client, 'beta') as unknown as OpenAi).chat.completions
      : client.chat.completions;

  describe('every way to read a response works as without tracing', () => {
    const shapes: [string, () => Promise<unknown>, unknown][] = [
      [
        'create',
        async () => (await client.chat.completions.create({ model, messages })).choices[0]?.message.content,
        'How are you?',
      ],
      [
        'withResponse',
        async () => {
          const { data, response } = await client.chat.completions.create({ model, messages }).withResponse();
          return [data.id, response.status, response.headers.get('x-request-id')];
        },
        ['chatcmpl-1', 200, 'req_1'],
      ],
      [
        'asResponse',
        async () => {
          const response = await client.chat.completions.create({ model, messages }).asResponse();
          return ((await response.json()) as { id: string }).id;
        },
        'chatcmpl-1',
      ],
      [
        'chat.completions.parse',
        async () => (await chat().parse({ model, messages, response_format })).choices[0]?.message.parsed,
        { answer: 'How are you?' },
      ],
      [
        'responses.parse',
        async () => {
          const format = { type: 'json_schema' as const, ...json_schema };
          return (await client.responses.parse({ model, input: 'hi', text: { format } })).output_parsed;
        },
        { answer: 'hi' },
      ],
      [
        'responses.stream',
        async () => {
          const types = new Set<string>();
          for await (const event of client.responses.stream({ model, input: 'hi' })) types.add(event.type);
          return types.has('response.completed');
        },
        true,
      ],
      ['the stream() helper', async () => chat().stream({ model, messages }).finalContent(), 'How are you?'],
      [
        'tee()',
        async () => {
          const [left, right] = (await client.chat.completions.create(streamed)).tee();
          return Promise.all([left, right].map(collect));
        },
        ['How are you?', 'How are you?'],
      ],
      [
        'toReadableStream()',
        async () => {
          const stream = (await client.chat.completions.create(streamed)).toReadableStream();
          const lines = (await new Response(stream as unknown as ReadableStream).text()).trim().split('\n');
          return lines.every((line) => JSON.parse(line).id === 'chatcmpl-1');
        },
        true,
      ],
      [
        '.controller',
        async () => {
          const stream = await client.chat.completions.create({ ...streamed, model: 'gpt-4o-mini-hang' });
          let chunks = 0;
          for await (const _ of stream) if (++chunks === 2) stream.controller.abort();
          return chunks;
        },
        2,
      ],
    ];

    test.each(shapes)('%s', async (_shape, call, expected) => {
      expect(await call()).toEqual(expected);
      await ended();
      box.assertSpans().hasCount(1);
      expect(box.spans()[0]?.name).toMatch(/^chat gpt-4o-mini/);
    });
  });

  test('a chat is one span with everything the provider told', async () => {
    await client.chat.completions.create({ model, messages, temperature: 0.5, max_tokens: 100, n: 1 });
    box
      .assertSpans()
      .hasCount(1)
      .hasStatus('UNSET')
      .isRoot()
      .hasAttributes({
        'gen_ai.operation.name': 'chat',
        'gen_ai.provider.name': 'openai',
        'gen_ai.request.model': model,
        'gen_ai.request.temperature': 0.5,
        'gen_ai.request.max_tokens': 100,
        'gen_ai.response.model': 'gpt-4o-mini-2024-07-18',
        'gen_ai.response.id': 'chatcmpl-1',
        'gen_ai.response.finish_reasons': ['stop'],
        'openai.api.type': 'chat_completions',
        'openai.response.system_fingerprint': 'fp_1',
        'server.address': '127.0.0.1',
        ...COUNTED,
      });
    expect(box.spans()[0]?.kind).toBe(SpanKind.CLIENT);
  });

  test('a streamed chat has its usage and times', async () => {
    expect(await collect(await client.chat.completions.create(streamed))).toBe('How are you?');
    box
      .assertSpans()
      .hasCount(1)
      .hasAttributes({
        'gen_ai.request.stream': true,
        'gen_ai.response.finish_reasons': ['stop'],
        'gen_ai.response.time_to_first_chunk': (value: unknown) =>
          typeof value === 'number' && value > 0 && value < 5,
        ...COUNTED,
      });
  });

  test('a streamed chat without usage has none, and no cost', async () => {
    const { stream_options: _, ...plain } = streamed;
    await collect(await client.chat.completions.create(plain));
    box
      .assertSpans()
      .hasCount(1)
      .hasNoAttribute('gen_ai.usage.output_tokens')
      .hasNoAttribute('gen_ai.usage.cost');
  });

  test('the responses API, whole and streamed', async () => {
    await client.responses.create({ model, input: 'hi' });
    for await (const _ of await client.responses.create({ model, input: 'hi', stream: true }));
    box
      .assertSpans()
      .hasCount(2)
      .hasAttributes({
        'gen_ai.response.id': 'resp_1',
        'gen_ai.response.finish_reasons': ['stop'],
        'openai.api.type': 'responses',
        ...COUNTED,
      });
  });

  test('embeddings are priced by their input', async () => {
    await client.embeddings.create({
      model: 'text-embedding-3-small',
      input: 'hello',
      encoding_format: 'float',
    });
    box
      .assertSpans()
      .named('embeddings text-embedding-3-small')
      .hasCount(1)
      .hasAttributes({
        'gen_ai.usage.input_tokens': 8,
        'gen_ai.usage.cost': approximately(8 * 0.02e-6, 1e-12),
      });
  });

  test('a refused call tells why, and how long to wait', async () => {
    await expect(client.chat.completions.create({ model: 'gpt-limited', messages })).rejects.toMatchObject({
      status: 429,
    });
    box.assertSpans().hasCount(1).hasStatus('ERROR').hasEvent('exception').hasAttributes({
      'error.type': 'rate_limit_exceeded',
      'signalbox.genai.error.category': 'rate_limited',
      'signalbox.genai.retry_after': 7,
      'http.response.status_code': 429,
    });
  });

  test('retries belong to the one call', async () => {
    const patient = new module.OpenAI({ apiKey: 'x', baseURL: server.url, maxRetries: 1 });
    const before = server.calls.length;
    const options = { headers: { 'x-test': '1' }, timeout: 10_000 };
    const call = patient.chat.completions.create({ model: 'gpt-quick-limited', messages }, options);
    await expect(call).rejects.toMatchObject({ status: 429 });
    expect(server.calls.length - before).toBe(2);
    box.assertSpans().hasCount(1).hasStatus('ERROR');
  });

  test('a stream that is cut ends the span with an error', async () => {
    const stream = await client.chat.completions.create({ ...streamed, model: 'gpt-4o-mini-cut' });
    await expect(collect(stream)).rejects.toThrow();
    box.assertSpans().hasCount(1).hasStatus('ERROR').hasAttribute('error.type');
  });

  test('a stream that is left ends the span, without an error', async () => {
    for await (const _ of await client.chat.completions.create({ ...streamed, model: 'gpt-4o-mini-hang' }))
      break;
    await ended();
    box
      .assertSpans()
      .hasCount(1)
      .hasStatus('UNSET')
      .hasAttribute('gen_ai.response.finish_reasons', ['error']);
  });

  test('tools, filters and the agent around are told', async () => {
    const tools = [{ type: 'function' as const, function: { name: 'look', parameters: {} } }];
    await traceAgent({ name: 'scout' }, async () => {
      await client.chat.completions.create({ model, messages, tools });
      await client.chat.completions.create({ model: 'gpt-4o-mini-filtered', messages });
    });
    const chats = box.assertSpans().where('chats', ({ name: span }) => span.startsWith('chat'));
    chats.hasCount(2).hasParent('invoke_agent scout').hasAttribute('gen_ai.agent.name', 'scout');
    expect(chats.spans.map(({ attributes }) => attributes['gen_ai.response.finish_reasons'])).toEqual([
      ['tool_calls'],
      ['content_filter'],
    ]);
  });

  test('other requests have no span', async () => {
    await client.models.list().catch(() => {});
    box.assertSpans().hasCount(0);
  });
});

describe('the instrumentation', () => {
  test('leaves a module it does not know as it is', () => {
    const odd = { OpenAI: class {} };
    expect(instrumentation.patch(odd)).toBe(odd);
    expect(instrumentation.patch(undefined)).toBeUndefined();
  });
});

async function collect(
  stream: AsyncIterable<{ choices: { delta: { content?: string | null } }[] }>,
): Promise<string> {
  let text = '';
  for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
  return text;
}
