import { trace } from '@opentelemetry/api';
import { genAiAttributes, setIf } from 'signalbox/genai';
import { printed } from './print.mjs';

await printed(() => {
  const span = trace.getTracer('mine').startSpan('chat gpt-4o', {
    attributes: genAiAttributes({
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'gpt-4o',
      'gen_ai.request.seed': undefined, // Left out, as NaN would be.
      'gen_ai.usage.input_tokens': 1000,
      'gen_ai.usage.output_tokens': 100,
    }),
  });
  setIf(span, 'gen_ai.response.id', 'r1');
  setIf(span, 'gen_ai.response.model', undefined);
  span.end();
}, ['gen_ai.response.id', 'gen_ai.request.seed', 'gen_ai.response.model']);
