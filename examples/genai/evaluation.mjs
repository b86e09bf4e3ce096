import { recordEvaluation, traceChat } from 'signalbox/genai';
import { printed } from './print.mjs';

await printed(() =>
  traceChat({ provider: 'openai', model: 'gpt-4o' }, async (call) => {
    call.response({ id: 'r1' });
    recordEvaluation({ name: 'helpfulness', score: 0.9, label: 'pass', responseId: 'r1' });
  }),
);
