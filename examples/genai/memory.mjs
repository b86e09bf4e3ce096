import { traceMemory } from 'signalbox/genai';
import { printed } from './print.mjs';

const notes = [{ text: 'likes quiet rooms' }];

await printed(async () => {
  await traceMemory({ operation: 'create', store: 'preferences', record: 'n2' }, async () =>
    notes.push({ text: 'travels by train' }),
  );
  await traceMemory({ store: 'preferences', query: 'hotel' }, async () => notes);
}, ['gen_ai.memory.record.count']);
