/** Runs an example with an SDK in memory and prints its spans, so that no backend is needed. */
import { createTestBox, formatSpans } from 'signalbox/testing';

/** @param shown names of attributes to print beside the tree; the cost always is */
export async function printed(example, shown = []) {
  const box = createTestBox();
  await example(box);
  console.log(formatSpans(box.spans()));
  for (const { name, attributes } of box.spans()) {
    const cost = attributes['gen_ai.usage.cost'];
    if (cost !== undefined) console.log(`${name}: ${cost.toFixed(6)} USD`);
    for (const key of shown) if (key in attributes) console.log(`${name}: ${key} = ${attributes[key]}`);
  }
  for (const { eventName, attributes } of box.logs()) console.log(eventName, JSON.stringify(attributes));
  await box.dispose();
}

/** Stands in for a provider's client. */
export async function* fakeStream() {
  for (const text of ['Hello', ' ', 'world']) yield { text };
  yield { text: '', usage: { input: 12, output: 3 } };
}
