import { after, test } from 'node:test';
import { traceChat } from 'signalbox/genai';
import { approximately, createTestBox } from 'signalbox/testing';

const box = createTestBox();
after(() => box.dispose());

await test('an answer costs what it should', async () => {
  await traceChat({ provider: 'openai', model: 'gpt-4o' }, async (call) =>
    call.usage({ input: 1000, output: 100 }),
  );
  box.assertSpans().named('chat gpt-4o').hasCount(1).hasAttribute('gen_ai.usage.cost', approximately(0.0035));
});
