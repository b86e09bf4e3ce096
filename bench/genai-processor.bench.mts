/**
 * What the GenAI processor adds to a span: one that is not about GenAI, and a chat with two long messages.
 *
 *   npm run bench -- genai-processor
 */
import { createRequire } from 'node:module';
import type { Attributes } from '@opentelemetry/api';
import { NoopSpanProcessor, type SpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { GenAiProcessor } from '../processors/genai/index.ts';

const { SHAPES } = createRequire(import.meta.url)('./end-to-end/shapes.cjs') as {
  SHAPES: Record<'genai' | 'http', { attributes(index: number): Attributes }>;
};
const { genai, http } = SHAPES;

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
  ['not about GenAI', http.attributes(1), 20_000 / quick],
  ['a chat', genai.attributes(1), 5_000 / quick],
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
