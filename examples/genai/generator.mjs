import { context, trace } from '@opentelemetry/api';
import { bindGenerator, traceAgent, traceTool } from 'signalbox/genai';
import { printed } from './print.mjs';

async function* steps() {
  yield await traceTool({ name: 'first' }, async () => 1);
  yield await traceTool({ name: 'second' }, async () => 2);
}

await printed(async () => {
  // An agent that yields keeps its spans together by itself.
  for await (const n of traceAgent({ name: 'counter' }, steps)) console.log(n);

  // A generator that somebody else reads, outside of the span: bind it to the span's context.
  const span = trace.getTracer('mine').startSpan('answer');
  const bound = bindGenerator(trace.setSpan(context.active(), span), steps());
  for await (const n of bound) console.log(n);
  span.end();
});
