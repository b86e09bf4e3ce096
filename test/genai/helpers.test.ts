import { context, type Span, SpanKind, trace } from '@opentelemetry/api';
import {
  activeAgent,
  bindGenerator,
  genAiAttributes,
  handoverLink,
  recordEvaluation,
  setIf,
  traceAgent,
  traceChat,
  traceCreateAgent,
  traced,
  traceMemory,
  tracePlan,
  traceReasoning,
  traceRetrieval,
  traceTool,
  traceToolSelection,
  traceWorkflow,
  withConversation,
} from '../../src/genai/index.ts';
import { approximately, createTestBox, type TestBox } from '../../src/testing/index.ts';

let box: TestBox;
beforeEach(() => {
  box = createTestBox({ genai: { content: { prompts: 'full', completions: 'full' } } });
});
afterEach(() => box.dispose());

const request = { provider: 'openai', model: 'gpt-4o' };

function child(name: string): void {
  trace.getTracer('test').startSpan(name).end();
}

describe('traceChat', () => {
  test('makes a complete span with a cost, and returns the result', async () => {
    const answer = await traceChat({ ...request, input: 'hi', system: 'be kind' }, async (call) => {
      child('http');
      call.response({
        id: 'r1',
        model: 'gpt-4o-2024-08-06',
        finishReasons: ['stop'],
        usage: { input: 1000, output: 100 },
        output: 'hello',
      });
      return 'hello';
    });
    expect(answer).toBe('hello');
    box.assertSpans().named('http').hasParent('chat gpt-4o');
    box
      .assertSpans()
      .named('chat gpt-4o')
      .hasCount(1)
      .hasAttributes({
        'gen_ai.operation.name': 'chat',
        'gen_ai.provider.name': 'openai',
        'gen_ai.response.id': 'r1',
        'gen_ai.usage.cost': approximately(0.0035, 1e-9),
        'gen_ai.input.messages': '[{"role":"user","parts":[{"type":"text","content":"hi"}]}]',
        'gen_ai.output.messages': '[{"role":"assistant","parts":[{"type":"text","content":"hello"}]}]',
        'gen_ai.system_instructions': '[{"type":"text","content":"be kind"}]',
      });
    expect(box.spans()[0]?.kind).toBe(SpanKind.CLIENT);
  });

  test('stays synchronous for a synchronous function', () => {
    expect(traceChat({ ...request, remote: false }, () => 42)).toBe(42);
    expect(box.spans()[0]?.kind).toBe(SpanKind.INTERNAL);
  });

  test('throws on the very error, and records it', async () => {
    const error = new Error('no');
    await expect(traceChat(request, () => Promise.reject(error))).rejects.toBe(error);
    expect(() =>
      traceChat(request, () => {
        throw error;
      }),
    ).toThrow(error);
    box.assertSpans().hasCount(2).hasStatus('ERROR', 'no').hasAttribute('error.type', 'Error');
  });
});

describe('agents', () => {
  test('within agents know their lineage, in parallel too, and are linked to who called them', async () => {
    const lineages: unknown[] = [];
    const work = (name: string, inner?: () => Promise<void>) =>
      traceAgent({ name }, async () => {
        await new Promise((resolve) => setTimeout(resolve, 1));
        await inner?.();
        lineages.push([name, activeAgent()?.lineage]);
      });
    await Promise.all([work('a', () => work('shared', () => work('leaf'))), work('b', () => work('shared'))]);
    expect(lineages.map((entry) => JSON.stringify(entry)).toSorted()).toEqual(
      [
        ['a', []],
        ['b', []],
        ['leaf', ['a', 'shared']],
        ['shared', ['a']],
        ['shared', ['b']],
      ].map((entry) => JSON.stringify(entry)),
    );
    expect(activeAgent()).toBeUndefined();
    const leaf = box.spans().find(({ name }) => name === 'invoke_agent leaf');
    expect(leaf?.attributes).toMatchObject({
      'signalbox.genai.agent.lineage': ['a', 'shared'],
      'signalbox.genai.agent.parent': 'shared',
    });
    expect(leaf?.links).toMatchObject([{ attributes: { from: 'shared', to: 'leaf' } }]);
  });

  test('hand over to each other by links, and name their collaborators', async () => {
    let from: ReturnType<typeof handoverLink>;
    await traceAgent({ name: 'triage' }, async () => {
      from = handoverLink('triage', 'billing');
    });
    await traceAgent(
      { name: 'billing', links: [from], collaborators: ['triage', 'refunds'], remote: true },
      async () => {},
    );
    const [triage, billing] = box.spans();
    expect(billing?.links[0]?.context.spanId).toBe(triage?.spanContext().spanId);
    expect(billing?.attributes['signalbox.genai.agent.collaborators']).toEqual(['triage', 'refunds']);
    expect(billing?.kind).toBe(SpanKind.CLIENT);
  });

  test('that yield keep their spans together', async () => {
    const steps = traceAgent({ name: 'stepper' }, async function* () {
      child('before');
      yield 1;
      child('after');
      yield 2;
    });
    for await (const _ of steps);
    box
      .assertSpans()
      .where('steps', ({ name }) => name !== 'invoke_agent stepper')
      .hasCount(2)
      .hasParent('invoke_agent stepper');
  });

  test('of a plain generator lose their parent without bindGenerator, and keep it with it', async () => {
    async function* steps() {
      yield 1;
      child('step');
    }
    for (const bind of [false, true]) {
      box.reset();
      const span = trace.getTracer('test').startSpan('root');
      const ctx = trace.setSpan(context.active(), span);
      const plain = context.with(ctx, steps);
      for await (const _ of bind ? bindGenerator(ctx, plain) : plain);
      span.end();
      const step = box.spans().find(({ name }) => name === 'step');
      expect(step?.parentSpanContext?.spanId).toBe(bind ? span.spanContext().spanId : undefined);
    }
  });

  test('are created', async () => {
    await traceCreateAgent({ name: 'new', provider: 'openai' }, async () => {});
    box.assertSpans().hasNamesInOrder('create_agent new').hasAttribute('gen_ai.provider.name', 'openai');
  });
});

describe('traceTool', () => {
  test('tells sizes, cache, retries and step, and counts the duration', async () => {
    const result = await traceTool(
      { name: 'search', callId: 'c1', arguments: { query: 'ü' }, step: 3 },
      async (call) => {
        call.cached().retry().retry();
        return { hits: 2 };
      },
    );
    expect(result).toEqual({ hits: 2 });
    box.assertSpans().named('execute_tool search').hasAttributes({
      'gen_ai.tool.call.id': 'c1',
      'gen_ai.tool.type': 'function',
      'gen_ai.tool.call.arguments': '{"query":"ü"}',
      'gen_ai.tool.call.result': '{"hits":2}',
      'signalbox.genai.tool.arguments.size': 14,
      'signalbox.genai.tool.result.size': 10,
      'signalbox.genai.tool.cached': true,
      'signalbox.genai.tool.retries': 2,
      'signalbox.genai.step': 3,
    });
    const durations = (await box.metrics()).filter(({ name }) => name === 'gen_ai.execute_tool.duration');
    expect(durations).toMatchObject([{ count: 1, unit: 's', attributes: { 'gen_ai.tool.name': 'search' } }]);
  });

  test('bears arguments that cannot be written', () => {
    const cycle: Record<string, unknown> = {};
    cycle.self = cycle;
    expect(traceTool({ name: 't', arguments: cycle }, () => 10n)).toBe(10n);
    box
      .assertSpans()
      .hasNoAttribute('gen_ai.tool.call.arguments')
      .hasAttribute('gen_ai.tool.call.result', '"10"');
  });
});

describe('the other helpers', () => {
  test('name and shape their spans', async () => {
    await withConversation('conv-1', () =>
      traceWorkflow({ name: 'support' }, async () => {
        await traceRetrieval({ source: 'docs', query: 'refund', topK: 3 }, async () => [
          { id: 'd1', score: 0.9 },
        ]);
        await traceMemory({ store: 'm1', query: 'name' }, async () => [{ id: 1 }, { id: 2 }]);
        await traceAgent({ name: 'helper' }, async () => {
          tracePlan({ step: 1 }, () => child('thinking'));
          traceReasoning({ step: 2 }, () => {});
          traceToolSelection({ tools: ['search', 'mail'] }, () => 'mail');
        });
      }),
    );
    const spans = box.assertSpans();
    spans
      .isComplete()
      .hasNamesInOrder(
        'invoke_workflow support',
        'retrieval docs',
        'search_memory',
        'invoke_agent helper',
        'plan helper',
        'thinking',
        'plan helper',
        'plan helper',
      );
    spans.named('retrieval docs').hasAttributes({
      'gen_ai.retrieval.documents': '[{"id":"d1","score":0.9}]',
      'gen_ai.request.top_k': 3,
      'gen_ai.conversation.id': 'conv-1',
    });
    spans.named('search_memory').hasAttribute('gen_ai.memory.record.count', 2);
    expect(box.spans().at(-1)?.attributes).toMatchObject({ 'gen_ai.tool.name': 'mail' });
  });

  test('recordEvaluation is an event of the active span', () => {
    const span = traceChat(request, (call) => {
      recordEvaluation({ name: 'relevance', score: 0.8, label: 'pass', responseId: 'r1' });
      return call.span;
    });
    const [event] = box.logs();
    expect(event?.eventName).toBe('gen_ai.evaluation.result');
    expect(event?.spanContext?.spanId).toBe(span.spanContext().spanId);
    expect(event?.attributes).toEqual({
      'gen_ai.evaluation.name': 'relevance',
      'gen_ai.evaluation.score.value': 0.8,
      'gen_ai.evaluation.score.label': 'pass',
      'gen_ai.response.id': 'r1',
    });
  });

  test('genAiAttributes leaves out what no span can hold', () => {
    expect(
      genAiAttributes({
        'gen_ai.request.model': undefined,
        'gen_ai.usage.input_tokens': Number.NaN,
        'gen_ai.usage.output_tokens': 3.7,
        'gen_ai.request.temperature': Number.POSITIVE_INFINITY,
        'gen_ai.request.seed': -0,
        'gen_ai.response.finish_reasons': ['stop'],
        'gen_ai.input.messages': [{ role: 'user', n: 1n }],
      }),
    ).toEqual({
      'gen_ai.usage.output_tokens': 3,
      'gen_ai.request.seed': 0,
      'gen_ai.response.finish_reasons': ['stop'],
      'gen_ai.input.messages': '[{"role":"user","n":"1"}]',
    });
  });

  test('setIf sets what there is', () => {
    const span = trace.getTracer('t').startSpan('s') as Span;
    setIf(span, 'gen_ai.response.id', undefined);
    setIf(span, 'gen_ai.response.model', 'm');
    span.end();
    box.assertSpans().hasAttribute('gen_ai.response.model', 'm').hasNoAttribute('gen_ai.response.id');
  });
});

describe('traced', () => {
  test('wraps functions of every kind and keeps what they are', async () => {
    const add = traced('add', (a: number, b: number) => a + b);
    const later = traced('later', async function (this: { base: number }, n: number) {
      return this.base + n;
    });
    const count = traced({ name: 'count', attributes: { 'app.kind': 'generator' } }, async function* () {
      child('inside');
      yield 1;
    });
    expect(add(1, 2)).toBe(3);
    expect(await later.call({ base: 10 }, 5)).toBe(15);
    for await (const _ of count());
    box.assertSpans().hasNamesInOrder('add', 'later', 'count', 'inside').named('inside').hasParent('count');
  });

  test('is a decorator of the standard', () => {
    const method = function answer(this: { name: string }, text: string) {
      return `${this.name}: ${text}`;
    };
    const decorated = traced('answer')(method, { kind: 'method', name: 'answer' });
    expect(decorated.call({ name: 'bot' }, 'hi')).toBe('bot: hi');
    const unnamed = traced()(method, { kind: 'method', name: Symbol('private') });
    unnamed.call({ name: 'bot' }, 'hi');
    box.assertSpans().hasNamesInOrder('answer', 'Symbol(private)');
  });

  test('is a decorator of experimentalDecorators', () => {
    class Bot {
      @traced('legacy')
      answer(text: string): string {
        return text.toUpperCase();
      }
    }
    expect(new Bot().answer('hi')).toBe('HI');
    box.assertSpans().hasNamesInOrder('legacy');
  });
});
