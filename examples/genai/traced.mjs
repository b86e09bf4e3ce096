import { context } from '@opentelemetry/api';
import { bindGenerator, genAiAttributes, recordError, setIf, traceAgent, traced } from 'signalbox/genai';
import { printed } from './print.mjs';

const double = traced('double', (n) => n * 2);

async function* steps() {
  yield double(1);
  yield double(2);
}

await printed(() =>
  traceAgent({ name: 'counter' }, async (span) => {
    span.setAttributes(genAiAttributes({ 'gen_ai.agent.version': '2', 'gen_ai.request.seed': undefined }));
    setIf(span, 'gen_ai.agent.id', 'agent-7');
    for await (const n of bindGenerator(context.active(), steps())) console.log(n);
    recordError(span, new Error('out of numbers', { cause: new RangeError('3') }));
  }),
);
