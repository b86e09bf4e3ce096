// A travel agent that asks a model, uses a tool, and hands over to another agent. The calls of the
// model are traced without a word here; the three helpers say what only the application knows.
import OpenAI from 'openai';
import { traceAgent, traceTool, withConversation } from 'signalbox/genai';

const openai = new OpenAI({ apiKey: 'none', baseURL: process.env.MODEL_URL, maxRetries: 0 });
const model = 'gpt-4o-mini';
const tools = [{ type: 'function', function: { name: 'weather', parameters: { type: 'object' } } }];

async function ask(question, more = {}) {
  const messages = [{ role: 'user', content: question }];
  const { choices } = await openai.chat.completions.create({ model, messages, ...more });
  return choices[0].message;
}

async function plan(city) {
  const wish = await ask(`What should I do in ${city}?`, { tools });
  const [call] = wish.tool_calls;
  const forecast = await traceTool(
    { name: call.function.name, callId: call.id, arguments: call.function.arguments },
    async () => ({ sky: 'clear' }),
  );
  await ask(`Under a ${forecast.sky} sky: walk, eat, sleep?`);
  await traceAgent({ name: 'hotels' }, () => ask(`A bed in ${city}?`));
}

await withConversation('trip-7', () => traceAgent({ name: 'travel' }, () => plan('Lisbon')));
