import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import {
  createTestBox,
  SeededIdGenerator,
  SIMULATED_SHAPES,
  TraceSimulator,
} from '../../src/testing/index.ts';

function record(seed: number): string {
  const exporter = new InMemorySpanExporter();
  const provider = new TracerProvider({
    idGenerator: new SeededIdGenerator(seed),
    spanProcessors: [new SimpleSpanProcessor({ exporter })],
  });
  new TraceSimulator({ tracer: provider.getTracer('simulator'), seed }).run(20);
  return JSON.stringify(
    exporter
      .getFinishedSpans()
      .map((span) => [
        span.name,
        span.kind,
        span.attributes,
        span.status,
        span.startTime,
        span.endTime,
        span.spanContext(),
        span.parentSpanContext,
      ]),
  );
}

describe('the simulator', () => {
  test('makes the same traces from the same seed, ids and times included', () => {
    expect(record(7)).toBe(record(7));
    expect(record(7)).not.toBe(record(8));
  });

  test.each(SIMULATED_SHAPES)('makes a complete %s trace, at once', async (shape) => {
    const box = createTestBox({ register: false });
    new TraceSimulator({ tracer: box.tracerProvider.getTracer('s'), seed: 3 })[shape]();
    box.assertSpans().isComplete();
    const inferences = box
      .assertSpans()
      .where('chats', ({ name, attributes }) => name.startsWith('chat') && !attributes['error.type']);
    if (shape !== 'error' && shape !== 'mcp' && shape !== 'retrieval')
      inferences.hasAttribute('gen_ai.usage.cost');
    if (shape === 'error')
      box.assertSpans().hasStatus('ERROR').hasAttribute('signalbox.genai.error.category');
    await box.dispose();
  });

  test('an agent has as many steps as asked for', async () => {
    const box = createTestBox({ register: false });
    new TraceSimulator({ tracer: box.tracerProvider.getTracer('s'), seed: 3 }).agent({ steps: 3 });
    const chats = box
      .assertSpans()
      .where(
        'tool calls of the model',
        ({ attributes }) => String(attributes['gen_ai.response.finish_reasons']) === 'tool_calls',
      );
    chats.hasCount(3);
    await box.dispose();
  });
});
