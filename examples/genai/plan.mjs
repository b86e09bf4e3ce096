import { traceAgent, traceChat, tracePlan, traceReasoning } from 'signalbox/genai';
import { printed } from './print.mjs';

const ask = () =>
  traceChat(
    { provider: 'openai', model: 'gpt-4o' },
    async (call) => void call.usage({ input: 500, output: 50 }),
  );

await printed(
  () =>
    traceAgent({ name: 'travel' }, async () => {
      await tracePlan({ step: 1 }, ask);
      await traceReasoning({ step: 2 }, async () => ['weather first', 'then hotels']);
    }),
  ['signalbox.genai.step'],
);
