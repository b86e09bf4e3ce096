import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { MetricPoint } from '../../src/testing/index.ts';
import type { Scenario } from './support/apps/clients.mts';

const APP = join(__dirname, 'support/apps/clients.mts');
const CANARY = 'canary-7f3a';

interface Output {
  results: Record<string, Scenario>;
  metrics: MetricPoint[];
}

/** Runs every client once, in a process of its own: two of them are ES modules only. */
async function runClients(...flags: string[]): Promise<Output> {
  const node = ['--experimental-transform-types', '--no-warnings', APP, ...flags];
  const env = { ...process.env, OTEL_LOG_LEVEL: 'error' };
  const { stdout } = await promisify(execFile)(process.execPath, node, { env, maxBuffer: 2 ** 26 });
  return JSON.parse(stdout) as Output;
}

let output: Output;
beforeAll(async () => {
  output = await runClients();
}, 60_000);

function spansOf(scenario: string): Scenario['spans'] {
  return output.results[scenario]?.spans ?? [];
}

const ANTHROPIC = {
  'gen_ai.operation.name': 'chat',
  'gen_ai.provider.name': 'anthropic',
  'gen_ai.usage.input_tokens': 30,
  'gen_ai.usage.output_tokens': 12,
  'gen_ai.usage.cache_read.input_tokens': 10,
  'gen_ai.usage.cache_creation.input_tokens': 5,
  // 15 × 3 + 10 × 0.3 + 5 × 3.75 + 12 × 15 USD per million.
  'gen_ai.usage.cost': expect.closeTo(0.00024675, 9),
};
const OPENAI = {
  'gen_ai.operation.name': 'chat',
  'gen_ai.provider.name': 'openai',
  'gen_ai.usage.input_tokens': 30,
  'gen_ai.usage.output_tokens': 12,
  'gen_ai.usage.cache_read.input_tokens': 10,
  'gen_ai.usage.cost': expect.closeTo(0.00001095, 9),
  'gen_ai.cost.estimated_total': expect.closeTo(0.00001095, 9),
};

describe('one call is one span with names, tokens and cost', () => {
  test.each<[string, string, object]>([
    ['anthropic create', 'chat claude-sonnet-4-5', ANTHROPIC],
    ['anthropic stream', 'chat claude-sonnet-4-5', ANTHROPIC],
    [
      'anthropic tools',
      'chat claude-sonnet-4-5',
      { ...ANTHROPIC, 'gen_ai.response.finish_reasons': ['tool_use'] },
    ],
    ['langchain invoke', 'chat gpt-4o-mini', OPENAI],
    ['langchain stream', 'chat gpt-4o-mini', OPENAI],
    ['openai chat', 'chat gpt-4o-mini', { ...OPENAI, 'gen_ai.response.finish_reasons': ['tool_calls'] }],
    ['openai responses', 'chat gpt-4o-mini', OPENAI],
  ])('%s', (scenario, name, attributes) => {
    const spans = spansOf(scenario);
    expect(spans.map((span) => span.name)).toEqual([name]);
    expect(spans[0]?.attributes).toMatchObject(attributes);
    expect(spans[0]?.status.code).not.toBe(2);
  });

  test.each(['anthropic stream', 'langchain stream', 'ai streamText', 'openai stream'])(
    '%s has the time to the first chunk, in seconds',
    (scenario) => {
      const chat = spansOf(scenario).find(({ name }) => name.startsWith('chat'));
      const seconds = chat?.attributes['gen_ai.response.time_to_first_chunk'] as number;
      expect(seconds).toBeGreaterThan(0);
      expect(seconds).toBeLessThan(5);
    },
  );

  test('an agent run of the AI SDK is a tree with cost on its calls only', () => {
    const spans = spansOf('ai generateText with a tool');
    const agent = spans.find(({ name }) => name === 'invoke_agent gpt-4o-mini');
    const chats = spans.filter(({ name }) => name === 'chat gpt-4o-mini');
    const tool = spans.find(({ name }) => name === 'execute_tool look');
    expect(chats).toHaveLength(2);
    for (const chat of chats) expect(chat.attributes).toMatchObject(OPENAI);
    const steps = spans.filter(({ name }) => name.startsWith('step '));
    expect(steps.map(({ parent }) => parent)).toEqual([agent?.id, agent?.id]);
    expect(steps.map(({ id }) => id)).toContain(tool?.parent);
    for (const span of [agent, tool, ...steps]) {
      expect(Object.keys(span?.attributes ?? {}).filter((key) => key.includes('cost'))).toEqual([]);
    }
  });

  test('a call that two spans describe counts once', () => {
    const [inner, outer] = spansOf('ai embed').toSorted((a) => (a.parent ? -1 : 1));
    expect(inner?.attributes).toMatchObject({
      'gen_ai.usage.input_tokens': 8,
      'gen_ai.usage.cost': expect.closeTo(1.6e-7, 12),
    });
    expect(outer?.attributes).toMatchObject({ 'signalbox.genai.same_call_as': inner?.id });
    expect(outer?.attributes).not.toHaveProperty(['gen_ai.usage.cost']);
  });

  test('an MCP call is a pair of spans, the server within the client', () => {
    const [client, server] = spansOf('mcp tool call').filter(({ name }) => name === 'tools/call echo');
    expect(client).toMatchObject({
      kind: 2,
      attributes: { 'gen_ai.tool.name': 'echo', 'mcp.method.name': 'tools/call' },
    });
    expect(server).toMatchObject({ kind: 1, parent: client?.id });
  });
});

describe('failures', () => {
  test.each(['anthropic limited', 'ai limited'])('%s is known to be rate limited', (scenario) => {
    const chat = spansOf(scenario).find(({ name }) => name.startsWith('chat'));
    expect(chat?.status.code).toBe(2);
    expect(chat?.attributes).toMatchObject({
      'error.type': expect.stringMatching(/^rate_limit_(exceeded|error)$/),
      'signalbox.genai.error.category': 'rate_limited',
      'http.response.status_code': 429,
    });
  });

  test('a stream that is cut is an error', () => {
    expect(spansOf('anthropic cut')).toMatchObject([{ status: { code: 2 } }]);
  });

  test('a stream that is left is none', () => {
    expect(spansOf('openai abort')).toMatchObject([
      { status: { code: 0 }, attributes: { 'gen_ai.response.finish_reasons': ['error'] } },
    ]);
  });
});

describe('metrics', () => {
  test('count each call once, whoever made it', () => {
    const durations = output.metrics.filter(({ name }) => name === 'gen_ai.client.operation.duration');
    const calls = durations.reduce((sum, { count = 0 }) => sum + count, 0);
    const billed = Object.values(output.results)
      .flatMap(({ spans }) => spans)
      .filter(({ attributes }) =>
        ['chat', 'embeddings'].includes(String(attributes['gen_ai.operation.name'])),
      )
      .filter(({ attributes }) => attributes['signalbox.genai.same_call_as'] === undefined);
    expect(calls).toBe(billed.length);
    expect(durations.every(({ unit, value, count = 1 }) => unit === 's' && value / count < 5)).toBe(true);
  });
});

describe('content', () => {
  const names = [
    'anthropic create',
    'anthropic stream',
    'anthropic limited',
    'anthropic cut',
    'anthropic tools',
    'ai generateText with a tool',
    'ai streamText',
    'ai embed',
    'ai limited',
    'langchain invoke',
    'langchain stream',
    'openai chat',
    'openai stream',
    'openai abort',
    'openai responses',
    'mcp tool call',
  ];

  test('every scenario has run', () => expect(Object.keys(output.results)).toEqual(names));

  test.each(names)('of %s is in no byte that leaves the process', (name) => {
    expect(output.results[name]?.spans.length).toBeGreaterThan(0);
    expect(output.results[name]?.wire).not.toContain(CANARY);
  });

  test('is there when it is asked for, so the canary can sing', async () => {
    const { results } = await runClients('--capture');
    for (const name of [
      'ai generateText with a tool',
      'openai chat',
      'openai stream',
      'openai responses',
      'langchain invoke',
      'mcp tool call',
    ]) {
      expect([name, results[name]?.wire.includes(CANARY)]).toEqual([name, true]);
    }
  }, 60_000);
});
