/** Every cell of the matrix for `openai`, whichever version is installed beside this file. */
import OpenAI from 'openai';
import { abortEarly, baseURL, cell, drain, ignored, kept, sayElsewhere } from './scenario.mjs';

const openai = new OpenAI({ apiKey: 'none', baseURL, maxRetries: 0 });
const messages = [
  { role: 'system', content: kept('system') },
  { role: 'user', content: kept('prompt') },
];
const model = 'gpt-4o-mini';
const stream = { stream: true, stream_options: { include_usage: true } };
const chat = (more, options) => openai.chat.completions.create({ model, messages, ...more }, options);

await cell('whole', () => chat());
await cell('stream with usage', async () => drain(await chat(stream)));
await cell('stream without usage', async () => drain(await chat({ stream: true })));
await cell('tools', async () => {
  const tools = [{ type: 'function', function: { name: 'look', description: kept('description') } }];
  const { choices } = await chat({ tools });
  const call = choices[0].message;
  const result = { role: 'tool', tool_call_id: call.tool_calls[0].id, content: kept('result') };
  await chat({ tools, messages: [...messages, call, result] });
  sayElsewhere();
});
await cell('limited', () => chat({ model: 'gpt-limited' }).catch(ignored));
await cell('cut', async () => drain(await chat({ ...stream, model: 'gpt-4o-mini-cut' })).catch(ignored));
await cell('abort', () => abortEarly((signal) => chat({ ...stream, model: 'gpt-4o-mini-hang' }, { signal })));
await cell('embeddings', () =>
  openai.embeddings.create({ model: 'text-embedding-3-small', input: kept('prompt') }),
);
const question = { model, input: kept('prompt'), instructions: kept('system') };
await cell('responses', () => openai.responses.create(question));
await cell('responses stream', async () =>
  drain(await openai.responses.create({ ...question, stream: true })),
);
