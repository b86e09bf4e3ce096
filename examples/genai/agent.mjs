import {
  handoverLink,
  recordEvaluation,
  traceAgent,
  traceChat,
  traceCreateAgent,
  traceMemory,
  tracePlan,
  traceReasoning,
  traceRetrieval,
  traceTool,
  traceToolSelection,
  traceWorkflow,
  withConversation,
} from 'signalbox/genai';
import { printed } from './print.mjs';

const model = { provider: 'openai', model: 'gpt-4o' };
const ask = () => traceChat(model, async (call) => void call.usage({ input: 500, output: 50 }));

await printed(async () => {
  await traceCreateAgent({ name: 'travel', provider: 'openai' }, async () => {});
  await withConversation('conversation-42', () =>
    traceWorkflow({ name: 'book a trip' }, async () => {
      let handover;
      await traceAgent({ name: 'travel', collaborators: ['hotels'] }, async () => {
        await tracePlan({ step: 1 }, ask);
        await traceReasoning({ step: 2 }, ask);
        traceToolSelection({ tools: ['weather', 'hotels'] }, () => 'weather');
        await traceTool({ name: 'weather', arguments: { city: 'Oslo' }, step: 3 }, async (call) => {
          call.cached();
          return { sky: 'clear' };
        });
        await traceMemory({ store: 'preferences', query: 'hotel' }, async () => [{ text: 'quiet rooms' }]);
        await traceRetrieval({ source: 'hotels', topK: 2 }, async () => [{ id: 'h1', score: 0.9 }]);
        handover = handoverLink('travel', 'hotels');
      });
      await traceAgent({ name: 'hotels', links: [handover] }, async () => {
        await ask();
        recordEvaluation({ name: 'helpfulness', score: 0.9, label: 'pass' });
      });
    }),
  );
});
