import { traceAgent, traceChat } from 'signalbox/genai';

/** What the tests beside this file test: an agent that asks a model. */
export function answer(question) {
  return traceAgent({ name: 'travel' }, () =>
    traceChat({ provider: 'openai', model: 'gpt-4o' }, async (call) => {
      call.usage({ input: 1000, output: 100 });
      return `You asked: ${question}`;
    }),
  );
}
