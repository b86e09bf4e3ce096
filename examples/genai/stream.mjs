import { traceStream } from 'signalbox/genai';
import { fakeStream, printed } from './print.mjs';

await printed(async () => {
  const stream = traceStream({ provider: 'openai', model: 'gpt-4o' }, fakeStream, {
    tokensPerSecond: true,
    onChunk: ({ usage }, call) => usage && call.usage(usage),
  });
  for await (const { text } of stream) process.stdout.write(text);
  console.log();
});
