/**
 * What the GenAI processor adds to a span: one that is not about GenAI, and a chat.
 *
 *   npm run bench -- genai-processor
 */
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

function runner(processor: SpanProcessor, attributes: object, times: number): () => number {
  const tracer = new TracerProvider({ spanProcessors: [processor] }).getTracer('bench');
  return () => {
    const start = performance.now();
    for (let index = 0; index < times; index++)
      tracer.startSpan('s', { attributes: { ...attributes } }).end();
    return ((performance.now() - start) * 1e6) / times;
  };
}

const quick = process.env.BENCH_QUICK ? 10 : 1;
for (const [name, attributes, times] of [
  ['not about GenAI', http, 20_000 / quick],
  ['a chat', chat, 5_000 / quick],
] as const) {
  const next = new NoopSpanProcessor();
  const cases = [
    ['bare SDK', runner(next, attributes, times)],
    ['genai', runner(new GenAiProcessor(next), attributes, times)],
    ['without prices', runner(new GenAiProcessor(next, { pricing: false }), attributes, times)],
  ] as const;
  const best = cases.map(() => Number.POSITIVE_INFINITY);
  // In turns, so that a busy machine is unfair to none.
  for (let round = 0; round < 20; round++) {
    for (const [index, [, run]] of cases.entries()) best[index] = Math.min(best[index] ?? 0, run());
  }
  const [bare = 0] = best;
  for (const [index, [what]] of cases.entries()) {
    const ns = best[index] ?? 0;
    console.log(
      `${name.padEnd(16)} ${what.padEnd(15)} ${ns.toFixed(0).padStart(6)} ns/span   +${(ns - bare).toFixed(0)} ns   ×${(ns / bare).toFixed(2)}`,
    );
  }
}
