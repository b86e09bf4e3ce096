import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type Attributes, context, ROOT_CONTEXT, SpanStatusCode, trace } from '@opentelemetry/api';
import { NoopSpanProcessor, type ReadableSpan, TracerProvider } from '@opentelemetry/sdk-trace';
import { GenAiProcessor } from '../../../processors/genai/index.ts';
import { createTestBox, type TestBox } from '../../../src/testing/index.ts';

let box: TestBox;
beforeEach(() => {
  box = createTestBox();
});
afterEach(() => box.dispose());

const usage = { 'gen_ai.usage.input_tokens': 1000, 'gen_ai.usage.output_tokens': 100 };
const chat = {
  'gen_ai.operation.name': 'chat',
  'gen_ai.provider.name': 'openai',
  'gen_ai.request.model': 'gpt-4o',
  ...usage,
};

/** A span within the active one; `inner` runs within it. */
function nest(name: string, attributes: Attributes, inner: () => void = () => {}): void {
  trace.getTracer('t').startActiveSpan(name, { attributes }, (span) => {
    inner();
    span.end();
  });
}

function costs(): [string, unknown][] {
  return box.spans().map(({ name, attributes }) => [name, attributes['gen_ai.usage.cost']]);
}

const COST = expect.closeTo(0.0035, 9);

describe('a call described by several spans', () => {
  test.each<[string, Attributes]>([
    ['the same response id', { ...chat, 'gen_ai.response.id': 'r1' }],
    ['the same usage', chat],
    [
      'no usage',
      { ...chat, 'gen_ai.usage.input_tokens': undefined, 'gen_ai.usage.output_tokens': undefined },
    ],
  ])('counts once if the outer has %s', async (_how, outer) => {
    nest('outer', outer, () =>
      nest('between', {}, () =>
        nest('inner', { ...chat, 'gen_ai.response.id': outer['gen_ai.response.id'] }),
      ),
    );
    expect(costs()).toEqual([
      ['outer', undefined],
      ['between', undefined],
      ['inner', COST],
    ]);
    const [outerSpan, , inner] = box.spans();
    expect(outerSpan?.attributes).toMatchObject({
      'signalbox.genai.same_call_as': inner?.spanContext().spanId,
    });
    expect(outerSpan?.attributes).not.toHaveProperty(['gen_ai.usage.input_tokens']);
    const tokens = (await box.metrics()).filter(({ name }) => name === 'signalbox.genai.tokens');
    expect(tokens.map(({ value }) => value)).toEqual([1000, 100]);
  });

  test('counts once if the outer sums up the inner ones', () => {
    const twice = { ...chat, 'gen_ai.usage.input_tokens': 2000, 'gen_ai.usage.output_tokens': 200 };
    nest('outer', twice, () => {
      nest('inner', chat);
      nest('inner', chat);
    });
    expect(costs()).toEqual([
      ['outer', undefined],
      ['inner', COST],
      ['inner', COST],
    ]);
  });

  test.each<[string, Attributes]>([
    ['another response', { ...chat, 'gen_ai.response.id': 'other' }],
    ['other usage', { ...chat, 'gen_ai.usage.input_tokens': 7 }],
    [
      'another operation',
      { ...chat, 'gen_ai.operation.name': 'embeddings', 'gen_ai.request.model': 'text-embedding-3-small' },
    ],
  ])('is two calls if the outer has %s', (_how, outer) => {
    nest('outer', outer, () => nest('inner', { ...chat, 'gen_ai.response.id': 'r1' }));
    expect(costs()).toEqual([
      ['outer', expect.any(Number)],
      ['inner', COST],
    ]);
  });

  test('parallel calls with equal numbers all count', () => {
    nest('agent', { 'gen_ai.operation.name': 'invoke_agent', ...usage }, () => {
      nest('one', chat);
      nest('two', chat);
    });
    expect(costs()).toEqual([
      ['agent', undefined],
      ['one', COST],
      ['two', COST],
    ]);
  });
});

describe('errors', () => {
  test.each<[string, Attributes, string, string]>([
    ['an HTTP status', { 'http.response.status_code': 429 }, 'rate_limit_exceeded', 'rate_limited'],
    ['a class', { 'error.type': 'RateLimitError' }, 'rate_limit_exceeded', 'rate_limited'],
    [
      'a provider code',
      { 'error.type': 'context_length_exceeded' },
      'context_length_exceeded',
      'token_limit',
    ],
    ['a server error', { 'error.type': 'Error', 'http.response.status_code': 502 }, '502', 'server_error'],
  ])('are named from %s', (_from, attributes, type, category) => {
    nest('s', { ...chat, ...attributes });
    box
      .assertSpans()
      .hasStatus('ERROR')
      .hasAttributes({ 'error.type': type, 'signalbox.genai.error.category': category });
  });

  test('are named from the recorded exception', () => {
    const span = trace.getTracer('t').startSpan('s', { attributes: chat });
    span.recordException(new RangeError('x'));
    span.setStatus({ code: SpanStatusCode.ERROR, message: 'x' });
    span.end();
    box.assertSpans().hasStatus('ERROR').hasAttribute('error.type', 'RangeError');
  });

  test('are not invented', () => {
    nest('s', { ...chat, 'http.response.status_code': 200 });
    box.assertSpans().hasStatus('UNSET').hasNoAttribute('error.type');
  });
});

describe('metrics', () => {
  test('have the names, units and boundaries of conventions 1.41', async () => {
    nest('c', { ...chat, 'gen_ai.response.time_to_first_chunk': 0.2 });
    nest('a', { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': 'x' });
    nest('t', { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': 'y' });
    nest('w', { 'gen_ai.operation.name': 'invoke_workflow', 'gen_ai.workflow.name': 'z' });
    const points = (await box.metrics()).map(({ name, unit, boundaries }) => [
      name,
      unit,
      boundaries?.[0],
      boundaries?.at(-1),
    ]);
    const unique = [...new Map(points.map((point) => [point[0], point])).values()].toSorted();
    expect(unique).toEqual([
      ['gen_ai.client.operation.duration', 's', 0.01, 81.92],
      ['gen_ai.client.operation.time_to_first_chunk', 's', 0.01, 81.92],
      ['gen_ai.client.token.usage', '{token}', 1, 67108864],
      ['gen_ai.execute_tool.duration', 's', 0.01, 81.92],
      ['gen_ai.invoke_agent.duration', 's', 0.1, 409.6],
      ['gen_ai.workflow.duration', 's', 1, 7200],
      ['signalbox.genai.cost', '{USD}', 0.0001, 10],
      ['signalbox.genai.tokens', '{token}', undefined, undefined],
    ]);
  });

  test('are called otherwise in the latest profile', async () => {
    const latest = createTestBox({ register: false, genai: { profile: 'latest' } });
    latest.tracerProvider.getTracer('t').startSpan('s', { attributes: chat }).end();
    // The AI SDK records this one itself.
    latest.tracerProvider.getTracer('gen_ai').startSpan('s', { attributes: chat }).end();
    const points = await latest.metrics();
    expect(points.find(({ name }) => name === 'gen_ai.client.inference.duration')?.count).toBe(1);
    expect(points.find(({ name }) => name === 'gen_ai.client.inference.usage.input_tokens')?.value).toBe(
      2000,
    );
    expect(points.map(({ name }) => name)).not.toContain('gen_ai.client.token.usage');
    await latest.dispose();
  });

  test('leave to others what they measure themselves', async () => {
    trace.getTracer('@opentelemetry/instrumentation-openai').startSpan('s', { attributes: chat }).end();
    const names = (await box.metrics()).map(({ name }) => name);
    expect(names).not.toContain('gen_ai.client.operation.duration');
    expect(names).not.toContain('gen_ai.client.token.usage');
    expect(names).toContain('signalbox.genai.cost');
  });

  test('stay small whatever the names', async () => {
    const small = createTestBox({ register: false, genai: { maxNames: 5 } });
    for (let index = 0; index < 50; index++) {
      const attributes = { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': `tool-${index}` };
      small.tracerProvider.getTracer('t').startSpan('s', { attributes }).end();
    }
    const points = (await small.metrics()).filter(({ name }) => name === 'gen_ai.execute_tool.duration');
    expect(points).toHaveLength(6);
    expect(points.at(-1)).toMatchObject({ count: 45, attributes: { 'gen_ai.tool.name': 'other' } });
    expect(small.spans().at(-1)?.attributes['gen_ai.tool.name']).toBe('tool-49');
    await small.dispose();
  });

  test('keep the names of models, however many tools there are', async () => {
    const few = createTestBox({ register: false, genai: { maxNames: 2 } });
    const tracer = few.tracerProvider.getTracer('t');
    for (const tool of ['a', 'b', 'c']) {
      const attributes = { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': tool };
      tracer.startSpan('s', { attributes }).end();
    }
    tracer.startSpan('s', { attributes: chat }).end();
    const points = (await few.metrics()).filter(({ name }) => name === 'gen_ai.client.operation.duration');
    expect(points).toMatchObject([{ attributes: { 'gen_ai.request.model': chat['gen_ai.request.model'] } }]);
    await few.dispose();
  });
});

describe('the processor', () => {
  test('hands every call on to the next one', async () => {
    const calls: string[] = [];
    const processor = new GenAiProcessor({
      onStart: () => calls.push('start'),
      onEnding: () => calls.push('ending'),
      onEnd: () => calls.push('end'),
      forceFlush: async () => void calls.push('flush'),
      shutdown: async () => void calls.push('shutdown'),
    });
    const provider = new TracerProvider({ spanProcessors: [processor] });
    provider.getTracer('t').startSpan('s', { attributes: chat }).end();
    await provider.forceFlush();
    await provider.shutdown();
    expect(calls).toEqual(['start', 'ending', 'end', 'flush', 'shutdown']);
  });

  test('passes a span it cannot read on without its text', () => {
    const messages: string[] = [];
    const received: ReadableSpan[] = [];
    const next = new NoopSpanProcessor();
    next.onEnd = (span) => void received.push(span);
    const processor = new GenAiProcessor(next, { onError: (message) => messages.push(message) });
    const provider = new TracerProvider({
      spanProcessors: [
        {
          ...next,
          onStart() {},
          forceFlush: async () => {},
          shutdown: async () => {},
          onEnd(span) {
            let reads = 0;
            const get = () => {
              if (reads++ === 0) throw new Error('odd');
              return span.status;
            };
            processor.onEnd(Object.create(span, { status: { get } }));
          },
        },
      ],
    });
    expect(() => {
      provider
        .getTracer('t')
        .startSpan('s', { attributes: { ...chat, 'gen_ai.prompt': 'secret' } })
        .end();
    }).not.toThrow();
    expect(messages).toEqual([expect.stringContaining('odd')]);
    expect(JSON.stringify(received[0]?.attributes)).not.toContain('secret');
    expect(received).toHaveLength(1);
  });

  test('keeps nothing over 100 000 calls, ended or not', () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const provider = new TracerProvider({
      spanProcessors: [new GenAiProcessor(new NoopSpanProcessor(), { metrics: false, pricing: false })],
    });
    const tracer = provider.getTracer('t');
    const run = (count: number): number => {
      for (let index = 0; index < count; index++) {
        const agent = tracer.startSpan(
          'agent',
          { attributes: { 'gen_ai.operation.name': 'invoke_agent' } },
          ROOT_CONTEXT,
        );
        const within = trace.setSpan(ROOT_CONTEXT, agent);
        tracer
          .startSpan('chat', { attributes: { ...chat, 'gen_ai.response.id': `r${index}` } }, within)
          .end();
        if (index % 2) agent.end();
      }
      collect();
      return process.memoryUsage().heapUsed;
    };
    const before = run(10_000);
    expect(run(90_000) - before).toBeLessThan(8 * 1024 * 1024);
    expect(trace.getSpan(context.active())).toBeUndefined();
  });
});
