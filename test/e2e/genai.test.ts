import { join } from 'node:path';
import { ProviderServer } from '../genai/support/provider-server.ts';
import { DatadogAgent, type DatadogSpan } from '../support/datadog-agent.ts';
import { type OtlpReceiver, type ReceivedSpan, startOtlpReceiver } from '../support/receivers/index.ts';
import { runApp } from '../support/run-app.ts';

const APP = join(import.meta.dirname, 'apps/genai/clients.mjs');
const CANARY = 'canary-7f3a-kept-private';

/** One span as either backend has it. */
interface Span {
  readonly name: string;
  readonly id: string;
  readonly parent: string;
  readonly type: string | undefined;
  readonly attributes: Readonly<Record<string, unknown>>;
}

interface Backend extends AsyncDisposable {
  readonly env: Record<string, string>;
  /** By scenario. */
  spans(): Map<string, Span[]>;
  /** All that arrived, decoded, as one text to search. */
  text(): string;
}

let provider: ProviderServer;
beforeAll(async () => {
  provider = await new ProviderServer().start();
});
afterAll(() => provider.stop());

async function startOtlp(): Promise<Backend> {
  const receiver: OtlpReceiver = await startOtlpReceiver('http/protobuf');
  return {
    env: { ...receiver.env },
    spans: () => byScenario(receiver.spans.map((span) => ({ ...otlpSpan(span), trace: span.traceId }))),
    text: () => textOf(receiver.requests.map(({ message }) => message)),
    [Symbol.asyncDispose]: () => receiver.close(),
  };
}

function otlpSpan({ name, spanId, parentSpanId = '', attributes }: ReceivedSpan): Span {
  return { name, id: spanId, parent: parentSpanId, type: undefined, attributes };
}

async function startDatadog(): Promise<Backend> {
  const agent = await DatadogAgent.start();
  return {
    env: { SIGNALBOX_BACKEND: 'datadog', DD_TRACE_AGENT_URL: agent.url },
    spans: () =>
      byScenario(
        agent.spans.map((span) => ({ ...datadogSpan(span), trace: span.meta['otel.trace_id'] ?? '' })),
      ),
    text: () => textOf([agent.requests, agent.datagrams]),
    [Symbol.asyncDispose]: () => agent.stop(),
  };
}

function datadogSpan({ resource, span_id, parent_id, type, meta, metrics }: DatadogSpan): Span {
  const attributes: Record<string, unknown> = { ...meta, ...metrics };
  return { name: resource, id: `${span_id}`, parent: `${parent_id}`, type, attributes };
}

function byScenario(spans: readonly (Span & { trace: string })[]): Map<string, Span[]> {
  const groups = Map.groupBy(spans, ({ trace }) => trace);
  return new Map(
    [...groups.values()].map((group) => {
      const root = group.find(({ name }) => name.startsWith('scenario '));
      return [root?.name.slice('scenario '.length) ?? 'none', group];
    }),
  );
}

/** Text and numbers as they are, bytes as Latin-1. */
function textOf(value: unknown): string {
  return JSON.stringify(value, (_key, inner) => {
    if (typeof inner === 'bigint') return `${inner}`;
    return inner instanceof Uint8Array ? Buffer.from(inner).toString('latin1') : inner;
  });
}

/** Where a word is, with what is around it, so that a failure shows the place and not megabytes. */
function around(text: string, word: string): string[] {
  const places = text.split(word);
  return places.slice(1).map((after, index) => `${places[index]?.slice(-160)}[HERE]${after.slice(0, 40)}`);
}

async function run(backend: Backend, loader: 'require' | 'import', env: Record<string, string> = {}) {
  const exit = await runApp({
    app: APP,
    loader,
    env: { CANARY, PROVIDER_URL: provider.url, OTEL_SERVICE_NAME: 'agents', ...backend.env, ...env },
    timeout: 60_000,
  }).exit;
  expect([exit.code, exit.stderr]).toEqual([0, expect.not.stringContaining(CANARY)]);
  return backend;
}

/** The spans of a scenario that are about GenAI; beside them are the scenario's own and those of HTTP. */
function genAi(spans: readonly Span[] = []): Span[] {
  return spans.filter(({ attributes }) =>
    Object.keys(attributes).some((key) => key.startsWith('gen_ai.') || key === 'mcp.method.name'),
  );
}

const tokens = { 'gen_ai.usage.input_tokens': 30, 'gen_ai.usage.output_tokens': 12 };
const OPENAI = {
  ...tokens,
  'gen_ai.provider.name': 'openai',
  'gen_ai.usage.cost': expect.closeTo(0.00001095, 9),
};
const ANTHROPIC = {
  ...tokens,
  'gen_ai.provider.name': 'anthropic',
  'gen_ai.usage.cost': expect.closeTo(0.00024675, 9),
};
const LIMITED = {
  'error.type': expect.stringMatching(/^rate_limit_(exceeded|error)$/),
  'signalbox.genai.error.category': 'rate_limited',
};

const CALLS: readonly [scenario: string, name: string, attributes: object][] = [
  ['openai chat', 'chat gpt-4o-mini', OPENAI],
  ['openai stream', 'chat gpt-4o-mini', OPENAI],
  ['openai responses', 'chat gpt-4o-mini', OPENAI],
  [
    'openai embeddings',
    'embeddings text-embedding-3-small',
    { 'gen_ai.usage.cost': expect.closeTo(1.6e-7, 12) },
  ],
  ['openai limited', 'chat gpt-limited', { ...LIMITED, 'signalbox.genai.retry_after': 7 }],
  ['anthropic create', 'chat claude-sonnet-4-5', ANTHROPIC],
  ['anthropic stream', 'chat claude-sonnet-4-5', ANTHROPIC],
  ['anthropic tools', 'chat claude-sonnet-4-5', ANTHROPIC],
  ['anthropic limited', 'chat claude-limited', { ...LIMITED, 'signalbox.genai.retry_after': 7 }],
  ['langchain invoke', 'chat gpt-4o-mini', OPENAI],
  ['langchain stream', 'chat gpt-4o-mini', OPENAI],
];

describe.each([
  ['an OTLP backend', 'require', startOtlp],
  ['an OTLP backend', 'import', startOtlp],
  ['a Datadog Agent', 'require', startDatadog],
  ['a Datadog Agent', 'import', startDatadog],
] as const)('in %s with --%s', (_, loader, start) => {
  let backend: Backend;
  let scenarios: Map<string, Span[]>;
  beforeAll(async () => {
    backend = await start();
    await run(backend, loader);
    scenarios = backend.spans();
  }, 90_000);
  afterAll(() => backend[Symbol.asyncDispose]());

  const of = (name: string) => genAi(scenarios.get(name));
  const one = (spans: readonly Span[], name: string) => {
    const found = spans.filter((span) => span.name === name);
    expect([name, found.length]).toEqual([name, 1]);
    return found[0] as Span;
  };

  test.each(CALLS)('%s is one span, "%s", with tokens and cost', (scenario, name, attributes) => {
    const all = scenarios.get(scenario) ?? [];
    const spans = of(scenario);
    expect(spans.map((span) => span.name)).toEqual([name]);
    expect(spans[0]?.attributes).toMatchObject(attributes);
    expect(spans[0]?.parent).toBe(one(all, `scenario ${scenario}`).id);
    // The request of the call is its child.
    expect(all.filter(({ parent }) => parent === spans[0]?.id)).not.toEqual([]);
    if (start === startDatadog) expect(spans[0]?.type).toBe('llm');
  });

  test('an agent run is a tree whose calls alone have a cost', () => {
    const spans = of('ai agent');
    const agent = one(spans, 'invoke_agent gpt-4o-mini');
    const steps = spans.filter(({ name }) => name.startsWith('step '));
    const chats = spans.filter(({ name }) => name === 'chat gpt-4o-mini');
    const tool = one(spans, 'execute_tool look');
    expect(steps.map(({ parent }) => parent)).toEqual([agent.id, agent.id]);
    const stepIds = steps.map(({ id }) => id);
    expect(chats.map(({ parent }) => parent).sort()).toEqual(stepIds.sort());
    expect(stepIds).toContain(tool.parent);
    for (const chat of chats) expect(chat.attributes).toMatchObject(OPENAI);
    const costly = spans.filter(({ attributes }) => Object.keys(attributes).some((key) => /cost/.test(key)));
    expect(costly.map(({ name }) => name)).toEqual(['chat gpt-4o-mini', 'chat gpt-4o-mini']);
    if (start === startDatadog) expect(new Set(spans.map(({ type }) => type))).toEqual(new Set(['llm']));
  });

  test('a failing tool is told by its class, and a limited call by its category', () => {
    expect(one(of('ai failing tool'), 'execute_tool fail').attributes).toMatchObject({
      'error.type': 'Error',
    });
    expect(one(of('ai limited'), 'chat gpt-limited').attributes).toMatchObject({
      'signalbox.genai.error.category': 'rate_limited',
    });
  });

  test('an MCP call is the client with the server within', () => {
    const [client, server] = of('mcp tool')
      .filter(({ name }) => name === 'tools/call echo')
      .toSorted((a, b) => (a.id === b.parent ? -1 : 1));
    expect(server?.parent).toBe(client?.id);
    expect(client?.attributes).toMatchObject({ 'gen_ai.tool.name': 'echo', 'mcp.method.name': 'tools/call' });
  });

  test('no byte has what nobody asked for', () => {
    expect(scenarios.size).toBe(CALLS.length + 6);
    expect(around(backend.text(), CANARY)).toEqual([]);
    expect(around(backend.text(), Buffer.from(CANARY).toString('base64'))).toEqual([]);
  });
});

/** Those in which a client or an instrumentation records content at all; Anthropic's own spans record none by default. */
const SINGING = [
  'openai chat',
  'openai stream',
  'openai responses',
  'openai limited',
  'ai agent',
  'ai failing tool',
  'ai stream',
  'ai limited',
  'langchain invoke',
  'langchain stream',
  'mcp tool',
  'by hand',
];

describe.each([
  ['OTLP', startOtlp],
  ['Datadog', startDatadog],
] as const)('content that is asked for, in %s', (_, start) => {
  test.each([
    ['SIGNALBOX_GENAI_CONTENT', 'full'],
    ['OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT', 'true'],
  ])(
    'by %s=%s is there, so the canary can sing',
    async (variable, value) => {
      await using backend = await run(await start(), 'require', { [variable]: value });
      const scenarios = backend.spans();
      const sung = SINGING.filter((name) => textOf(genAi(scenarios.get(name))).includes(CANARY));
      expect(sung).toEqual(SINGING);
    },
    90_000,
  );
});

test('Datadog gets values of at most 25 000 characters that are still valid JSON', async () => {
  await using backend = await run(await startDatadog(), 'require', {
    CANARY: `"${CANARY} 😀\\" `,
    REPEAT: '4000',
    SIGNALBOX_GENAI_CONTENT: 'full',
  });
  let long = 0;
  for (const { attributes } of [...backend.spans().values()].flat()) {
    for (const [key, value] of Object.entries(attributes)) {
      if (typeof value !== 'string') continue;
      expect([key, value.length <= 25_000]).toEqual([key, true]);
      if (!/^gen_ai\.(?:input|output)\.messages$/.test(key)) continue;
      expect(Array.isArray(JSON.parse(value))).toBe(true);
      if (value.length > 10_000) long++;
    }
  }
  expect(long).toBeGreaterThan(5);
}, 90_000);
