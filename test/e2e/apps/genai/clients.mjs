/**
 * Every cell of the matrix for the other clients. Knows nothing of Signalbox.
 */
import { createOpenAI } from '@ai-sdk/openai';
import { OpenTelemetry } from '@ai-sdk/otel';
import Anthropic from '@anthropic-ai/sdk';
import { tool } from '@langchain/core/tools';
import { ChatOpenAI, OpenAIEmbeddings } from '@langchain/openai';
import * as ai from 'ai';
import { z } from 'zod';
import { abortEarly, baseURL, cell, drain, ignored, kept, sayElsewhere } from './scenario.mjs';

const anthropic = new Anthropic({ apiKey: 'none', baseURL, maxRetries: 0 });
const request = {
  model: 'claude-sonnet-4-5',
  max_tokens: 10,
  system: kept('system'),
  messages: [{ role: 'user', content: kept('prompt') }],
};
const create = (more) => anthropic.messages.create({ ...request, ...more });
await cell('anthropic/whole', () => create());
await cell('anthropic/stream with usage', () => drain(anthropic.messages.stream(request)));
await cell('anthropic/tools', async () => {
  const tools = [{ name: 'look', description: kept('description'), input_schema: { type: 'object' } }];
  const { content } = await create({ tools });
  const result = { type: 'tool_result', tool_use_id: content[0].id, content: kept('result') };
  const messages = [...request.messages, { role: 'assistant', content }, { role: 'user', content: [result] }];
  await create({ tools, messages });
  sayElsewhere();
});
await cell('anthropic/limited', () => create({ model: 'claude-limited' }).catch(ignored));
await cell('anthropic/cut', () =>
  drain(anthropic.messages.stream({ ...request, model: 'claude-cut' })).catch(ignored),
);
// The third event is the first with a delta.
await cell('anthropic/abort', () =>
  abortEarly((signal) => anthropic.messages.stream({ ...request, model: 'claude-hang' }, { signal }), 3),
);

ai.registerTelemetry(new OpenTelemetry());
const vercel = createOpenAI({ apiKey: 'none', baseURL });
const inputSchema = z.object({ text: z.string() });
const look = ai.tool({ description: kept('description'), inputSchema, execute: async () => kept('result') });
const fail = ai.tool({
  description: kept('description'),
  inputSchema,
  execute: async () => {
    throw new Error(`nothing known of ${kept('argument')}`);
  },
});
const asked = (model) => ({
  model: typeof model === 'string' ? vercel.chat(model) : model,
  instructions: kept('system'),
  prompt: kept('prompt'),
  maxRetries: 0,
});
const agent = (tools) => ai.generateText({ ...asked('gpt-4o-mini'), tools, stopWhen: ai.stepCountIs(3) });
const streamed = (model, more) => ai.streamText({ ...asked(model), onError: ignored, ...more }).textStream;
await cell('ai/whole', () => ai.generateText(asked('gpt-4o-mini')));
await cell('ai/stream with usage', () => drain(streamed('gpt-4o-mini')));
await cell('ai/stream without usage', () => drain(streamed('gpt-4o-mini-silent')));
await cell('ai/tools', async () => {
  await agent({ look });
  sayElsewhere();
});
await cell('ai/failing tool', () => agent({ fail }));
await cell('ai/limited', () => ai.generateText(asked('gpt-limited')).catch(ignored));
await cell('ai/cut', () => drain(streamed('gpt-4o-mini-cut')).catch(ignored));
await cell('ai/abort', () => abortEarly((abortSignal) => streamed('gpt-4o-mini-hang', { abortSignal })));
await cell('ai/embeddings', () =>
  ai.embed({ model: vercel.embedding('text-embedding-3-small'), value: kept('prompt') }),
);
await cell('ai/responses', () => ai.generateText(asked(vercel.responses('gpt-4o-mini'))));
await cell('ai/responses stream', () => drain(streamed(vercel.responses('gpt-4o-mini'))));

const settings = { apiKey: 'none', maxRetries: 0, configuration: { baseURL } };
const chain = (model, more) => new ChatOpenAI({ model, ...settings, ...more });
const prompt = [
  ['system', kept('system')],
  ['user', kept('prompt')],
];
await cell('langchain/whole', () => chain('gpt-4o-mini').invoke(prompt));
await cell('langchain/stream with usage', async () => drain(await chain('gpt-4o-mini').stream(prompt)));
await cell('langchain/stream without usage', async () =>
  drain(await chain('gpt-4o-mini', { streamUsage: false }).stream(prompt)),
);
await cell('langchain/tools', async () => {
  const search = tool(async () => kept('result'), {
    name: 'look',
    description: kept('description'),
    schema: inputSchema,
  });
  const model = chain('gpt-4o-mini').bindTools([search]);
  const call = await model.invoke(prompt);
  await model.invoke([...prompt, call, await search.invoke(call.tool_calls[0])]);
  sayElsewhere();
});
await cell('langchain/limited', () => chain('gpt-limited').invoke(prompt).catch(ignored));
await cell('langchain/cut', async () => drain(await chain('gpt-4o-mini-cut').stream(prompt)).catch(ignored));
await cell('langchain/abort', () =>
  abortEarly((signal) => chain('gpt-4o-mini-hang').stream(prompt, { signal })),
);
await cell('langchain/embeddings', () =>
  new OpenAIEmbeddings({ model: 'text-embedding-3-small', ...settings }).embedQuery(kept('prompt')),
);
await cell('langchain/responses', () => chain('gpt-4o-mini', { useResponsesApi: true }).invoke(prompt));
await cell('langchain/responses stream', async () =>
  drain(await chain('gpt-4o-mini', { useResponsesApi: true }).stream(prompt)),
);

await import('./mcp.mjs');
await import('./by-hand.mjs');
