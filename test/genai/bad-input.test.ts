/** Helpers are given what comes out of responses and configurations. Whatever that is, the work goes on. */
import {
  type ChatResponse,
  genAiAttributes,
  recordError,
  recordEvaluation,
  traceAgent,
  traceChat,
  traced,
  traceMemory,
  tracePlan,
  traceRetrieval,
  traceStream,
  traceTool,
  traceToolSelection,
  traceWorkflow,
  withConversation,
} from '../../src/genai/index.ts';
import { createTestBox, type TestBox, TraceSimulator } from '../../src/testing/index.ts';

let box: TestBox;
beforeEach(() => {
  box = createTestBox({ genai: { content: { prompts: 'full', completions: 'full' } } });
});
afterEach(() => box.dispose());

const request = { provider: 'openai', model: 'gpt-4o' };
const done = (): string => 'done';

/** Nothing can be asked of it without an error. */
const hostile = new Proxy(
  {},
  {
    get: () => {
      throw new Error('trap');
    },
    has: () => {
      throw new Error('trap');
    },
    ownKeys: () => {
      throw new Error('trap');
    },
  },
);
const unwritable = {
  toJSON: () => {
    throw new Error('no JSON');
  },
};

/** As JavaScript would call it, with anything. */
type Loose = (options: unknown, fn: unknown) => unknown;

test.each<[string, unknown, unknown]>([
  ['traceChat', traceChat, undefined],
  ['traceChat', traceChat, {}],
  ['traceChat', traceChat, { ...request, input: 42, system: null }],
  ['traceChat', traceChat, { ...request, input: [null, hostile, unwritable] }],
  ['traceAgent', traceAgent, {}],
  ['traceAgent', traceAgent, { name: 'a', collaborators: 'bob', links: [null] }],
  ['traceAgent', traceAgent, { name: 'a', links: 5, input: hostile }],
  ['traceTool', traceTool, undefined],
  ['traceTool', traceTool, { name: 't', arguments: hostile }],
  ['traceTool', traceTool, { name: 't', arguments: unwritable }],
  ['traceRetrieval', traceRetrieval, undefined],
  ['traceMemory', traceMemory, undefined],
  ['tracePlan', tracePlan, undefined],
  ['traceToolSelection', traceToolSelection, { tools: null }],
  ['traceWorkflow', traceWorkflow, null],
  ['withConversation', withConversation, 42],
])('%s(%#) does its work all the same', (_name, helper, options) => {
  expect((helper as Loose)(options, done)).toBe('done');
});

test.each([
  ['a proxy', hostile],
  ['no JSON', unwritable],
  ['a function', done],
  ['a list of nothing', [null, undefined]],
])('a result that is %s comes back untouched', (_what, result) => {
  expect(traceTool({ name: 't' }, () => result) === result).toBe(true);
  expect(traceMemory({}, () => result) === result).toBe(true);
  box.assertSpans().hasCount(2).hasStatus('UNSET');
});

test('a promise is kept, whatever becomes of its recording', async () => {
  await expect(traceRetrieval({}, async () => [hostile])).resolves.toHaveLength(1);
  await expect(traceTool({ name: 't' }, async () => unwritable)).resolves.toBe(unwritable);
});

test.each<[unknown, object]>([
  [undefined, {}],
  [null, {}],
  [{ id: null, model: null, usage: null, output: null }, {}],
  [
    { finishReasons: 'stop', usage: { input: '12', output: Number.NaN } },
    { 'gen_ai.response.finish_reasons': ['stop'] },
  ],
  [{ output: 5 }, { 'gen_ai.output.messages': expect.stringContaining('"5"') }],
])('a response of %j sets what there is', (response, expected) => {
  traceChat(request, (call) => void call.response(response as ChatResponse).usage(undefined));
  const [span] = box.spans();
  expect(span?.attributes).toMatchObject(expected);
  expect(Object.keys(span?.attributes ?? {}).filter((key) => key.includes('usage'))).toEqual([]);
});

test('a stream may be a list; what is none fails as it would without tracing', async () => {
  const seen: unknown[] = [];
  for await (const chunk of traceStream(request, [1, 2] as unknown as AsyncIterable<number>))
    seen.push(chunk);
  expect(seen).toEqual([1, 2]);
  const none = traceStream(request, undefined as unknown as AsyncIterable<number>);
  await expect(none.next()).rejects.toThrow(TypeError);
  box.assertSpans().hasCount(2);
});

test('errors of every kind are thrown on as they are', async () => {
  for (const thrown of [null, undefined, 'text', Object.freeze(new Error('frozen')), hostile]) {
    await expect(traceChat(request, () => Promise.reject(thrown))).rejects.toBe(thrown);
  }
  box.assertSpans().hasCount(5).hasStatus('ERROR');
  expect(() => recordError(undefined as never, new Error('x'))).not.toThrow();
  expect(() => recordEvaluation(undefined as never)).not.toThrow();
});

test('traced() lets classes, getters and fields be what they are', () => {
  class Point {
    constructor(readonly x: number) {}
    get double(): number {
      return this.x * 2;
    }
  }
  const Traced = traced('Point', Point as never) as unknown as typeof Point;
  const point = new Traced(3);
  expect([point.x, point instanceof Point]).toEqual([3, true]);
  const getter = Object.getOwnPropertyDescriptor(Point.prototype, 'double') as PropertyDescriptor;
  Object.defineProperty(Point.prototype, 'double', traced('double')(Point.prototype, 'double', getter));
  expect(new Point(4).double).toBe(8);
  expect(traced('field')(undefined as never, { kind: 'field', name: 'f' } as never)).toBeUndefined();
  box.assertSpans().hasNamesInOrder('Point', 'double');
});

test('genAiAttributes gives each attribute the type of the conventions, or leaves it out', () => {
  const values = {
    'gen_ai.request.model': 5,
    'gen_ai.response.id': {},
    'gen_ai.request.stream': 'yes',
    'gen_ai.request.stop_sequences': 'END',
    'gen_ai.usage.input_tokens': '12',
  };
  expect(genAiAttributes(values as never)).toEqual({
    'gen_ai.request.model': '5',
    'gen_ai.request.stop_sequences': ['END'],
  });
});

test('the simulator names a shape there is none of', () => {
  const simulator = new TraceSimulator({ tracer: box.tracerProvider.getTracer('t') });
  expect(() => simulator.run(1, ['agnet' as 'agent'])).toThrow('"agnet" is not one of chat, stream, agent');
});
