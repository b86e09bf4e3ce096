/**
 * Calls models with every client, each call within a trace of its own, and knows nothing of
 * Signalbox. What a user would keep private is always the canary.
 */

import { createOpenAI } from '@ai-sdk/openai';
import { OpenTelemetry } from '@ai-sdk/otel';
import Anthropic from '@anthropic-ai/sdk';
import { ChatOpenAI } from '@langchain/openai';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { trace } from '@opentelemetry/api';
import { logs } from '@opentelemetry/api-logs';
import * as ai from 'ai';
import OpenAI from 'openai';
import { z } from 'zod';

const { PROVIDER_URL: baseURL, REPEAT = '1' } = process.env;
const CANARY = (process.env.CANARY ?? '').repeat(Number(REPEAT));
const options = { apiKey: 'none', baseURL, maxRetries: 0 };
const tracer = trace.getTracer('test');

async function scenario(name, run) {
  await tracer.startActiveSpan(`scenario ${name}`, async (span) => {
    try {
      await run();
    } finally {
      span.end();
    }
  });
}

async function drain(stream) {
  for await (const _ of stream);
}

const ignored = () => {};
const messages = [
  { role: 'system', content: CANARY },
  { role: 'user', content: CANARY },
];
const tools = [{ type: 'function', function: { name: 'look', description: CANARY } }];
const usage = { stream: true, stream_options: { include_usage: true } };

const openai = new OpenAI(options);
const chat = (more) => openai.chat.completions.create({ model: 'gpt-4o-mini', messages, ...more });
await scenario('openai chat', () => chat({ tools }));
await scenario('openai stream', async () => drain(await chat(usage)));
await scenario('openai responses', () =>
  openai.responses.create({ model: 'gpt-4o-mini', input: CANARY, instructions: CANARY }),
);
await scenario('openai embeddings', () =>
  openai.embeddings.create({ model: 'text-embedding-3-small', input: CANARY }),
);
await scenario('openai limited', () => chat({ model: 'gpt-limited' }).catch(ignored));

const anthropic = new Anthropic(options);
const request = { model: 'claude-sonnet-4-5', max_tokens: 10, system: CANARY, messages: messages.slice(1) };
const schema = { type: 'object' };
await scenario('anthropic create', () => anthropic.messages.create(request));
await scenario('anthropic stream', () => drain(anthropic.messages.stream(request)));
await scenario('anthropic tools', () =>
  anthropic.messages.create({
    ...request,
    tools: [{ name: 'look', description: CANARY, input_schema: schema }],
  }),
);
await scenario('anthropic limited', () =>
  anthropic.messages.create({ ...request, model: 'claude-limited' }).catch(ignored),
);

ai.registerTelemetry(new OpenTelemetry());
const vercel = createOpenAI({ apiKey: 'none', baseURL });
const inputSchema = z.object({ text: z.string() });
const look = ai.tool({ description: CANARY, inputSchema, execute: async () => CANARY });
const fail = ai.tool({
  description: CANARY,
  inputSchema,
  execute: async () => {
    throw new Error(`nothing known of ${CANARY}`);
  },
});
const agent = (set) =>
  ai.generateText({
    model: vercel.chat('gpt-4o-mini'),
    instructions: CANARY,
    prompt: CANARY,
    tools: set,
    stopWhen: ai.stepCountIs(3),
  });
await scenario('ai agent', () => agent({ look }));
await scenario('ai failing tool', () => agent({ fail }));
await scenario('ai stream', () =>
  drain(ai.streamText({ model: vercel.chat('gpt-4o-mini'), prompt: CANARY }).textStream),
);
await scenario('ai limited', () =>
  ai.generateText({ model: vercel.chat('gpt-limited'), prompt: CANARY, maxRetries: 0 }).catch(ignored),
);

const chain = new ChatOpenAI({
  model: 'gpt-4o-mini',
  apiKey: 'none',
  maxRetries: 0,
  configuration: { baseURL },
});
await scenario('langchain invoke', () => chain.invoke(CANARY));
await scenario('langchain stream', async () => drain(await chain.stream(CANARY)));

await scenario('mcp tool', async () => {
  const server = new McpServer({ name: 'tools', version: '1.0.0' });
  server.registerTool('echo', { inputSchema: { text: z.string() } }, async ({ text }) => ({
    content: [{ type: 'text', text }],
  }));
  server.registerTool('broken', { inputSchema: { text: z.string() } }, async ({ text }) => {
    throw new Error(`broken by ${text}`);
  });
  const [left, right] = InMemoryTransport.createLinkedPair();
  const client = new Client({ name: 'app', version: '1.0.0' });
  await Promise.all([server.connect(right), client.connect(left)]);
  await client.callTool({ name: 'echo', arguments: { text: CANARY } });
  await client.callTool({ name: 'broken', arguments: { text: CANARY } });
  await client.callTool({ name: 'missing', arguments: { text: CANARY } }).catch(ignored);
  await client.close();
});

// What libraries record that Signalbox has never seen.
await scenario('by hand', async () => {
  const content = JSON.stringify([{ role: 'user', parts: [{ type: 'text', content: CANARY }] }]);
  trace.getActiveSpan()?.addEvent('gen_ai.user.message', { content: CANARY });
  const span = tracer.startSpan('chat by hand', {
    attributes: {
      'gen_ai.system': 'openai',
      'gen_ai.operation.name': 'chat',
      'gen_ai.request.model': 'gpt-4o-mini',
      'gen_ai.usage.prompt_tokens': 30,
      'gen_ai.usage.completion_tokens': 12,
      'gen_ai.prompt.0.content': CANARY,
      'gen_ai.tool.description': CANARY,
      'llm.anything': CANARY,
    },
  });
  span.addEvent('gen_ai.client.inference.operation.details', { 'gen_ai.input.messages': content });
  span.recordException(new Error(`invalid prompt: ${CANARY}`));
  span.setStatus({ code: 2, message: `invalid prompt: ${CANARY}` });
  span.end();
  const logger = logs.getLogger('test');
  logger.emit({ eventName: 'gen_ai.user.message', body: { role: 'user', content: CANARY } });
  logger.emit({
    eventName: 'gen_ai.client.inference.operation.details',
    attributes: { 'gen_ai.input.messages': content },
    body: CANARY,
  });
  logger.emit({
    eventName: 'gen_ai.client.operation.exception',
    attributes: {
      'exception.type': 'BadRequestError',
      'exception.message': CANARY,
      'exception.stacktrace': `BadRequestError: ${CANARY}\n    at ask (app.js:1:1)`,
    },
  });
});
