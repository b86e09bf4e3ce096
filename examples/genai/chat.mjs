import { traceChat } from 'signalbox/genai';
import { printed } from './print.mjs';

await printed(() =>
  traceChat({ provider: 'openai', model: 'gpt-4o', input: 'Hi!' }, async (call) => {
    // Here the provider is asked.
    call.response({
      id: 'r1',
      finishReasons: ['stop'],
      usage: { input: 12, output: 3 },
      output: 'Hello world',
    });
    return 'Hello world';
  }),
);
