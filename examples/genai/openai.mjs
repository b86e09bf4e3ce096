/** Traces the real client by hand; with `--require signalbox/register` nothing of this is needed. */
import { createServer } from 'node:http';
import * as openai from 'openai';
import { createGenAiInstrumentations } from 'signalbox/genai';
import { printed } from './print.mjs';

const server = createServer((_request, response) => {
  response.setHeader('content-type', 'application/json');
  response.end(
    JSON.stringify({
      id: 'r1',
      model: 'gpt-4o-mini-2024-07-18',
      choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'Hello' } }],
      usage: { prompt_tokens: 30, completion_tokens: 12 },
    }),
  );
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));

await printed(async () => {
  createGenAiInstrumentations().openai.patch(openai);
  const client = new openai.OpenAI({ apiKey: 'none', baseURL: `http://127.0.0.1:${server.address().port}` });
  const messages = [{ role: 'user', content: 'Hi!' }];
  const reply = await client.chat.completions.create({ model: 'gpt-4o-mini', messages });
  console.log(reply.choices[0].message.content);
});
server.closeAllConnections();
server.close();
