import { afterEach, beforeEach, test } from 'node:test';
import { approximately, createTestBox } from 'signalbox/testing';
import { answer } from './answer.mjs';

let box;
beforeEach(() => {
  box = createTestBox();
});
afterEach(() => box.dispose());

await test('an answer costs what it should', async () => {
  await answer('hi');
  box
    .assertSpans()
    .named('chat gpt-4o')
    .hasCount(1)
    .hasParent('invoke_agent travel')
    .hasAttribute('gen_ai.usage.cost', approximately(0.0035))
    .hasStatus('UNSET')
    .hasDurationBetween(0, 2000);
  box.assertSpans().isComplete(); // one root per trace, no parent missing
});
