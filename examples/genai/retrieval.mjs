import { traceRetrieval } from 'signalbox/genai';
import { printed } from './print.mjs';

await printed(async () => {
  const found = await traceRetrieval(
    { source: 'hotels', query: 'quiet, near the sea', topK: 2 },
    async () => [
      { id: 'h1', score: 0.9 },
      { id: 'h7', score: 0.7 },
    ],
  );
  console.log(found.length);
}, ['gen_ai.data_source.id', 'gen_ai.request.top_k']);
