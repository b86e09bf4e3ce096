/** Runs an example with an SDK in memory and prints its spans, so that no backend is needed. */
import { createTestBox, formatSpans } from 'signalbox/testing';

export async function printed(example) {
  const box = createTestBox();
  await example(box);
  console.log(formatSpans(box.spans()));
  for (const { name, attributes } of box.spans()) {
    const cost = attributes['gen_ai.usage.cost'];
    if (cost !== undefined) console.log(`${name}: ${cost.toFixed(6)} USD`);
  }
  await box.dispose();
}

/** Stands in for a provider's client. */
export async function* fakeStream() {
  for (const text of ['Hello', ' ', 'world']) yield { text };
  yield { text: '', usage: { input: 12, output: 3 } };
}
