/**
 * Runs real GenAI clients against the provider on loopback, each in a scenario of its own, and
 * prints what would leave the process. Run with `--experimental-transform-types`.
 */
import { JsonLogsSerializer, ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import { McpInstrumentation, OpenAiInstrumentation } from '../../../../src/genai/instrumentations/index.ts';
import { createTestBox } from '../../../../src/testing/index.ts';
import { ProviderServer } from '../provider-server.ts';

export interface Scenario {
  readonly spans: {
    name: string;
    kind: number;
    status: { code: number; message?: string };
    id: string;
    parent?: string;
    attributes: Record<string, unknown>;
    events: string[];
    scope: string;
  }[];
  /** OTLP bytes of spans and logs, as Latin-1. */
  readonly wire: string;
}

const CANARY = 'canary-7f3a';
const captureContent = process.argv.includes('--capture');
const box = createTestBox(
  captureContent ? { genai: { content: { prompts: 'full', completions: 'full' } } } : {},
);
const server = await new ProviderServer().start();
const openai = new OpenAiInstrumentation({ captureContent: true });
const mcp = new McpInstrumentation({ captureContent: true });
openai.patch(await import('openai'));
mcp.patch(await import('@modelcontextprotocol/sdk/shared/protocol.js'));
const results: Record<string, Scenario> = {};

async function scenario(name: string, run: () => Promise<unknown>): Promise<void> {
  box.reset();
  await run();
  await new Promise((resolve) => setTimeout(resolve, 30));
  const spans = box.spans();
  const bytes = [
    ProtobufTraceSerializer.serializeRequest(spans),
    JsonLogsSerializer.serializeRequest([...box.logs()]),
  ].map((part) => Buffer.from(part ?? []).toString('latin1'));
  results[name] = {
    wire: bytes.join('\n'),
    spans: spans.map((span) => ({
      name: span.name,
      kind: span.kind,
      status: span.status,
      id: span.spanContext().spanId,
      ...(span.parentSpanContext ? { parent: span.parentSpanContext.spanId } : {}),
      attributes: { ...span.attributes },
      events: span.events.map((event) => event.name),
      scope: span.instrumentationScope.name,
    })),
  };
}

async function drain(stream: AsyncIterable<unknown>, limit = Number.POSITIVE_INFINITY): Promise<void> {
  let count = 0;
  for await (const _ of stream) if (++count >= limit) break;
}

const { default: Anthropic } = await import('@anthropic-ai/sdk');
const anthropic = new Anthropic({ apiKey: 'x', baseURL: server.url, maxRetries: 0 });
const request = {
  model: 'claude-sonnet-4-5',
  max_tokens: 10,
  system: CANARY,
  messages: [{ role: 'user' as const, content: CANARY }],
};
await scenario('anthropic create', () => anthropic.messages.create(request));
await scenario('anthropic stream', () => drain(anthropic.messages.stream(request)));
await scenario('anthropic limited', () =>
  anthropic.messages.create({ ...request, model: 'claude-limited' }).catch(() => {}),
);
await scenario('anthropic cut', () =>
  drain(anthropic.messages.stream({ ...request, model: 'claude-cut' })).catch(() => {}),
);
await scenario('anthropic tools', () =>
  anthropic.messages.create({
    ...request,
    tools: [{ name: 'look', description: CANARY, input_schema: { type: 'object' } }],
  }),
);

const ai = await import('ai');
const { OpenTelemetry } = await import('@ai-sdk/otel');
const { createOpenAI } = await import('@ai-sdk/openai');
const { z } = await import('zod');
ai.registerTelemetry(new OpenTelemetry());
const vercel = createOpenAI({ apiKey: 'x', baseURL: server.url });
const look = ai.tool({
  description: CANARY,
  inputSchema: z.object({ text: z.string() }),
  execute: async () => CANARY,
});
await scenario('ai generateText with a tool', () =>
  ai.generateText({
    model: vercel.chat('gpt-4o-mini'),
    instructions: CANARY,
    prompt: CANARY,
    tools: { look },
    stopWhen: ai.stepCountIs(3),
  }),
);
await scenario('ai streamText', () =>
  drain(ai.streamText({ model: vercel.chat('gpt-4o-mini'), prompt: CANARY }).textStream),
);
await scenario('ai embed', () =>
  ai.embed({ model: vercel.embedding('text-embedding-3-small'), value: CANARY }),
);
await scenario('ai limited', () =>
  ai.generateText({ model: vercel.chat('gpt-limited'), prompt: CANARY, maxRetries: 0 }).catch(() => {}),
);

const { ChatOpenAI } = await import('@langchain/openai');
const chain = new ChatOpenAI({
  model: 'gpt-4o-mini',
  apiKey: 'x',
  maxRetries: 0,
  configuration: { baseURL: server.url },
});
await scenario('langchain invoke', () => chain.invoke(CANARY));
await scenario('langchain stream', async () => drain(await chain.stream(CANARY)));

const { default: OpenAI } = await import('openai');
const direct = new OpenAI({ apiKey: 'x', baseURL: server.url, maxRetries: 0 });
const messages = [
  { role: 'system' as const, content: CANARY },
  { role: 'user' as const, content: CANARY },
];
const tools = [{ type: 'function' as const, function: { name: 'look', description: CANARY } }];
await scenario('openai chat', () =>
  direct.chat.completions.create({ model: 'gpt-4o-mini', messages, tools }),
);
await scenario('openai stream', async () =>
  drain(await direct.chat.completions.create({ model: 'gpt-4o-mini', messages, stream: true })),
);
await scenario('openai abort', async () =>
  drain(await direct.chat.completions.create({ model: 'gpt-hang', messages, stream: true }), 2),
);
await scenario('openai responses', () =>
  direct.responses.create({ model: 'gpt-4o-mini', input: CANARY, instructions: CANARY }),
);

const { Client } = await import('@modelcontextprotocol/sdk/client/index.js');
const { McpServer } = await import('@modelcontextprotocol/sdk/server/mcp.js');
const { InMemoryTransport } = await import('@modelcontextprotocol/sdk/inMemory.js');
await scenario('mcp tool call', async () => {
  const host = new McpServer({ name: 'tools', version: '1.0.0' });
  host.registerTool('echo', { inputSchema: { text: z.string() } }, async ({ text }) => ({
    content: [{ type: 'text' as const, text }],
  }));
  const [left, right] = InMemoryTransport.createLinkedPair();
  const client = new Client({ name: 'app', version: '1.0.0' });
  await Promise.all([host.connect(right), client.connect(left)]);
  await client.callTool({ name: 'echo', arguments: { text: CANARY } });
  await client.close();
});

const metrics = await box.metrics();
process.stdout.write(JSON.stringify({ results, metrics }));
await box.dispose();
await server.stop();
