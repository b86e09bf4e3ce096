/** What the GenAI processor costs per span. Run: node --experimental-transform-types bench/genai-processor.bench.mts */
import { NoopSpanProcessor, type SpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { GenAiProcessor } from '../processors/genai/index.ts';

const chat = {
  'gen_ai.operation.name': 'chat',
  'gen_ai.provider.name': 'openai',
  'gen_ai.request.model': 'gpt-4o',
  'gen_ai.usage.input_tokens': 1000,
  'gen_ai.usage.output_tokens': 100,
};
const http = {
  'http.request.method': 'GET',
  'http.route': '/users/:id',
  'url.path': '/users/1',
  'server.address': 'api',
  'http.response.status_code': 200,
};

function measure(processor: SpanProcessor, attributes: object, count: number): number {
  const tracer = new TracerProvider({ spanProcessors: [processor] }).getTracer('bench');
  const run = (n: number): void => {
    for (let index = 0; index < n; index++) tracer.startSpan('s', { attributes: { ...attributes } }).end();
  };
  run(count / 10);
  const start = performance.now();
  run(count);
  return ((performance.now() - start) / count) * 1000;
}

for (const [name, attributes, count] of [
  ['other span', http, 200_000],
  ['chat span', chat, 20_000],
] as const) {
  const none = measure(new NoopSpanProcessor(), attributes, count);
  const genai = measure(new GenAiProcessor(new NoopSpanProcessor()), attributes, count);
  const unpriced = measure(
    new GenAiProcessor(new NoopSpanProcessor(), { pricing: false }),
    attributes,
    count,
  );
  console.log(
    `${name}: without ${none.toFixed(2)} µs, genai ${genai.toFixed(2)} µs, without pricing ${unpriced.toFixed(2)} µs`,
  );
}
