import { type Attributes, type Context, context } from '@opentelemetry/api';
import { type ChatRequest, GenAiCall, type TokenUsage } from './call.ts';
import { ATTR } from './conventions/index.ts';
import { startSpan } from './run.ts';
import { StreamRecorder } from './stream-recorder.ts';
import { chatPlan } from './trace-chat.ts';

/** What to do with a stream beside passing it on. */
export interface StreamOptions<T> {
  /** Reads a chunk for what it says about the response; usage comes only from here. */
  readonly onChunk?: (chunk: T, call: StreamedCall) => void;
  /** Leaving when it fires counts as abandoned. */
  readonly signal?: AbortSignal;
  /** Also set `gen_ai.response.tokens_per_second`. Default false. */
  readonly tokensPerSecond?: boolean;
}

/** A streamed call under way. */
export class StreamedCall extends GenAiCall {
  constructor(
    span: GenAiCall['span'],
    private readonly recorder: StreamRecorder,
  ) {
    super(span);
  }

  override usage(usage: TokenUsage | null | undefined): this {
    if (usage?.output !== undefined) this.recorder.setOutputTokens(usage.output);
    return super.usage(usage);
  }
}

/** Ends the spans of streams that were thrown away unread. */
const unread = new FinalizationRegistry<StreamRecorder>((recorder) => recorder.abandon());

/**
 * Traces a streamed call: passes the chunks on as they come, and ends the span when the stream does,
 * be it at its end, by `break`, `return()`, `throw()`, an error, the abort signal, or because
 * nobody holds it any more.
 *
 * @param source the stream, or what opens it (then run within the span)
 *
 * @example
 * const stream = traceStream({ provider: 'openai', model: 'gpt-4o' }, () => client.stream(question), {
 *   onChunk: (chunk, call) => call.usage({ input: chunk.usage?.input, output: chunk.usage?.output }),
 * });
 * for await (const chunk of stream) process.stdout.write(chunk.text);
 */
export function traceStream<T>(
  request: ChatRequest,
  source: AsyncIterable<T> | (() => AsyncIterable<T> | PromiseLike<AsyncIterable<T>>),
  options: StreamOptions<T> = {},
): AsyncGenerator<T, void, undefined> {
  let attributes: Attributes = {};
  const { span, ctx } = startSpan(() => {
    const plan = chatPlan({ ...request, attributes: { ...request.attributes, [ATTR.requestStream]: true } });
    attributes = plan.attributes;
    return plan;
  });
  const { tokensPerSecond = false, signal } = options;
  const { [ATTR.operation]: operation, [ATTR.provider]: provider, [ATTR.requestModel]: model } = attributes;
  const onAbort = (): void => recorder.abandon();
  const recorder: StreamRecorder = new StreamRecorder(span, {
    tokensPerSecond,
    onEnd: () => signal?.removeEventListener('abort', onAbort),
    metricAttributes: {
      [ATTR.operation]: operation,
      [ATTR.provider]: provider,
      [ATTR.requestModel]: model,
    },
  });
  signal?.addEventListener('abort', onAbort, { once: true });
  const stream = new TracedStream(ctx, source, recorder, options.onChunk, new StreamedCall(span, recorder));
  unread.register(stream, recorder, stream);
  return stream;
}

type Source<T> = Parameters<typeof traceStream<T>>[1];

/** Not a generator function: its `return()` before the first `next()` would not run a line of it. */
class TracedStream<T> implements AsyncGenerator<T, void, undefined> {
  private iterator: Promise<AsyncIterator<T> | Iterator<T>> | undefined;

  constructor(
    private readonly ctx: Context,
    private readonly source: Source<T>,
    private readonly recorder: StreamRecorder,
    private readonly onChunk: StreamOptions<T>['onChunk'],
    private readonly call: StreamedCall,
  ) {}

  async next(): Promise<IteratorResult<T, void>> {
    try {
      const iterator = await this.open();
      const result = await context.with(this.ctx, () => iterator.next());
      if (result.done) {
        this.finish(() => this.recorder.end());
        return { done: true, value: undefined };
      }
      this.recorder.chunk();
      this.read(result.value);
      return result;
    } catch (error) {
      this.finish(() => this.recorder.end({ thrown: error }));
      throw error;
    }
  }

  async return(): Promise<IteratorResult<T, void>> {
    this.finish(() => this.recorder.abandon());
    const iterator = await this.iterator;
    await iterator?.return?.();
    return { done: true, value: undefined };
  }

  async throw(error: unknown): Promise<IteratorResult<T, void>> {
    this.finish(() => this.recorder.end({ thrown: error }));
    const iterator = await this.iterator;
    if (iterator?.throw) await iterator.throw(error);
    throw error;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  private open(): Promise<AsyncIterator<T> | Iterator<T>> {
    this.iterator ??= context.with(this.ctx, async () => {
      const stream = await (typeof this.source === 'function' ? this.source() : this.source);
      // `for await` takes lists and plain iterators too.
      const open = stream[Symbol.asyncIterator] as (() => AsyncIterator<T>) | undefined;
      return open ? open.call(stream) : (stream as unknown as Iterable<T>)[Symbol.iterator]();
    });
    return this.iterator;
  }

  /** A reader that fails must not break the application's stream. */
  private read(chunk: T): void {
    try {
      this.onChunk?.(chunk, this.call);
    } catch {
      this.call.span.addEvent('signalbox.genai.on_chunk_failed');
    }
  }

  private finish(end: () => void): void {
    unread.unregister(this);
    end();
  }
}
