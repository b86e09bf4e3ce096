/**
 * Makes 100,000 traced calls in the ways that leak most easily, with prices and metrics on, and prints
 * the heap after each round. Run with `--expose-gc --experimental-transform-types`.
 */
import { setImmediate as turn } from 'node:timers/promises';
import { context, metrics, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { type ReadableSpan, type SpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { GenAiProcessor } from '../../../../processors/genai/index.ts';
import {
  traceAgent,
  traceChat,
  traceStream,
  traceTool,
  withConversation,
} from '../../../../src/genai/index.ts';

const CALLS = 100_000;
const ROUNDS = 8;

/** What a run is judged by. */
export interface Leak {
  /** Megabytes of heap after each round; the first is the warm-up. */
  readonly heap: readonly number[];
  readonly calls: number;
  readonly started: number;
  readonly ended: number;
  readonly priced: number;
  readonly wrongParents: number;
  /** Data points of metrics. */
  readonly series: number;
}

const PARENT = 'test.parent';
const tally = { started: 0, ended: 0, priced: 0, wrongParents: 0 };
const sink: SpanProcessor = {
  onStart: () => void tally.started++,
  onEnd: ({ attributes, parentSpanContext }: ReadableSpan) => {
    tally.ended++;
    if ('gen_ai.usage.cost' in attributes) tally.priced++;
    const wanted = attributes[PARENT];
    if (wanted !== undefined && wanted !== parentSpanContext?.spanId) tally.wrongParents++;
  },
  forceFlush: async () => {},
  shutdown: async () => {},
};
const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 2 ** 31 - 1 });
const meterProvider = new MeterProvider({ readers: [reader] });
metrics.setGlobalMeterProvider(meterProvider);
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
trace.setGlobalTracerProvider(
  new TracerProvider({
    spanProcessors: [new GenAiProcessor(sink, { content: { prompts: 'preview', completions: 'full' } })],
  }),
);

let calls = 0;

/** One call, which must become a child of the given span. Some models are in no price list. */
function chat(parentId: string | undefined): Promise<void> {
  const number = calls++;
  const model = number % 10 === 0 ? `private-${number % 500}` : 'gpt-4o-mini';
  return traceChat({ provider: 'openai', model, input: `question ${number}` }, async (call) => {
    if (parentId) call.span.setAttribute(PARENT, parentId);
    if (number % 50 === 0) await turn();
    call.response({ id: `r${number}`, usage: { input: 30, output: 12 }, output: `answer ${number}` });
  });
}

async function* chunks(): AsyncGenerator<number> {
  for (let index = 0; index < 3; index++) yield index;
}

/** Each makes as many calls as it says. */
const SHAPES: readonly (readonly [calls: number, run: () => Promise<void>])[] = [
  // An agent that yields between its calls.
  [
    2,
    async () => {
      const steps = traceAgent({ name: 'stepper' }, async function* (span) {
        const { spanId } = span.spanContext();
        await chat(spanId);
        yield 1;
        await chat(spanId);
      });
      for await (const _ of steps);
    },
  ],
  // Streams that somebody begins to read and forgets, and one that nobody reads.
  [
    2,
    async () => {
      const request = { provider: 'openai', model: 'gpt-4o-mini' };
      calls += 2;
      await traceStream(request, chunks).next();
      traceStream(request, chunks, { signal: new AbortController().signal });
    },
  ],
  // Agents beside each other, of the same name.
  [
    4,
    async () => {
      await Promise.all(
        Array.from({ length: 4 }, () =>
          traceAgent({ name: 'twin' }, (span) => chat(span.spanContext().spanId)),
        ),
      );
    },
  ],
  // Agents within agents, and a tool within.
  [
    2,
    () =>
      withConversation(`conversation ${calls}`, () =>
        traceAgent({ name: 'outer', collaborators: ['inner'] }, async (outer) => {
          await chat(outer.spanContext().spanId);
          await traceAgent({ name: 'inner' }, (inner) =>
            traceTool({ name: 'ask', arguments: { calls } }, (tool) =>
              chat(tool.span.spanContext().spanId).then(() => inner.setAttribute('test.done', true)),
            ),
          );
        }),
      ),
  ],
];

/** What is unreachable goes, and its spans end. */
async function settle(): Promise<void> {
  for (let time = 0; time < 3; time++) {
    gc?.();
    await turn();
  }
}

const heap: number[] = [];
for (let round = 1; round <= ROUNDS; round++) {
  for (let since = 0; calls < (CALLS * round) / ROUNDS; since++) {
    for (const [, run] of SHAPES) await run();
    if (since % 200 === 0) await settle();
  }
  await settle();
  heap.push(process.memoryUsage().heapUsed / 2 ** 20);
}
await reader.forceFlush();
const series = exporter
  .getMetrics()
  .flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics))
  .reduce((sum, { dataPoints }) => sum + dataPoints.length, 0);
process.stdout.write(JSON.stringify({ heap, calls, ...tally, series } satisfies Leak));
