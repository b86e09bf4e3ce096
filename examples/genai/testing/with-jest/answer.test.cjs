const { traceChat } = require('signalbox/genai');
const { approximately, createTestBox } = require('signalbox/testing');

const answer = (question) =>
  traceChat({ provider: 'openai', model: 'gpt-4o' }, async (call) => {
    call.usage({ input: 1000, output: 100 });
    return `You asked: ${question}`;
  });

let box;
beforeEach(() => {
  box = createTestBox();
});
afterEach(() => box.dispose());

test('answers', async () => {
  await answer('hi');
  box.assertSpans().named('chat gpt-4o').exists().hasAttribute('gen_ai.usage.cost', approximately(0.0035));
});
