import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { trace } from '@opentelemetry/api';
import { traceStream } from '../../src/genai/index.ts';
import { createTestBox, type TestBox } from '../../src/testing/index.ts';

let box: TestBox;
beforeEach(() => {
  box = createTestBox();
});
afterEach(() => box.dispose());

const request = { provider: 'openai', model: 'gpt-4o' };

async function* source(count = 3, onLeave: () => void = () => {}): AsyncGenerator<{ n: number }> {
  try {
    for (let n = 0; n < count; n++) {
      trace.getTracer('test').startSpan('inside').end();
      yield { n };
    }
  } finally {
    onLeave();
  }
}

describe('traceStream', () => {
  test('passes chunks on and takes usage from the provider only', async () => {
    const seen: number[] = [];
    const stream = traceStream(request, () => source(), {
      tokensPerSecond: true,
      onChunk: ({ n }, call) => {
        if (n === 2) call.usage({ input: 10, output: 30 }).response({ finishReasons: ['stop'] });
      },
    });
    for await (const { n } of stream) {
      seen.push(n);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    expect(seen).toEqual([0, 1, 2]);
    const positive = (value: unknown) => typeof value === 'number' && value > 0;
    box.assertSpans().named('chat gpt-4o').hasCount(1).hasStatus('UNSET').hasAttributes({
      'gen_ai.request.stream': true,
      'gen_ai.response.time_to_first_chunk': positive,
      'gen_ai.response.tokens_per_second': positive,
      'gen_ai.usage.output_tokens': 30,
      'gen_ai.usage.cost': positive,
    });
    box.assertSpans().named('inside').hasCount(3).hasParent('chat gpt-4o');
    const names = (await box.metrics()).map(({ name }) => name);
    expect(names).toContain('gen_ai.client.operation.time_to_first_chunk');
    expect(names).toContain('gen_ai.client.operation.time_per_output_chunk');
  });

  test('without usage has none: chunks are no tokens', async () => {
    for await (const _ of traceStream(request, source(), { tokensPerSecond: true }));
    box
      .assertSpans()
      .named('chat gpt-4o')
      .hasNoAttribute('gen_ai.usage.output_tokens')
      .hasNoAttribute('gen_ai.response.tokens_per_second');
  });

  test.each<[string, (stream: ReturnType<typeof traceStream>) => Promise<unknown>]>([
    [
      'break',
      async (stream) => {
        for await (const _ of stream) break;
      },
    ],
    ['return() after a chunk', async (stream) => [await stream.next(), await stream.return()]],
    ['return() before any', (stream) => stream.return()],
    [
      'using',
      async (stream) => {
        await using held = stream;
        await held.next();
      },
    ],
  ])('ends on %s, and lets the source clean up', async (_how, leave) => {
    let left = 0;
    await leave(traceStream(request, () => source(3, () => left++)));
    box
      .assertSpans()
      .named('chat gpt-4o')
      .hasCount(1)
      .hasStatus('UNSET')
      .hasAttribute('gen_ai.response.finish_reasons', ['error']);
    expect(left).toBeLessThanOrEqual(1);
  });

  test('ends with the error of the source, of opening it, or of throw()', async () => {
    const failing = traceStream(request, async function* () {
      yield 1;
      throw new Error('cut');
    });
    await expect(collect(failing)).rejects.toThrow('cut');
    const closed = traceStream(request, () => Promise.reject(new Error('refused')));
    await expect(closed.next()).rejects.toThrow('refused');
    const thrown = traceStream(request, source());
    await thrown.next();
    await expect(thrown.throw(new Error('mine'))).rejects.toThrow('mine');
    box.assertSpans().named('chat gpt-4o').hasCount(3).hasStatus('ERROR');
  });

  test('ends when the signal fires, and leaves no listener behind', async () => {
    const controller = new AbortController();
    const stream = traceStream(request, source(), { signal: controller.signal });
    await stream.next();
    controller.abort();
    box.assertSpans().named('chat gpt-4o').hasCount(1);
    await stream.return();
    box.assertSpans().named('chat gpt-4o').hasCount(1);
  });

  test('a reader that throws does not break the stream', async () => {
    const stream = traceStream(request, source(), {
      onChunk: () => {
        throw new Error('mine');
      },
    });
    expect(await collect(stream)).toHaveLength(3);
  });

  test('ends when nobody holds it any more', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    (() => {
      traceStream(request, source());
    })();
    for (let turn = 0; turn < 100 && box.spans().length === 0; turn++) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      collect();
    }
    box.assertSpans().named('chat gpt-4o').hasCount(1);
  });
});

async function collect<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of stream) items.push(item);
  return items;
}
