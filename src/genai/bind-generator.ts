import { type Context, context } from '@opentelemetry/api';

/** What a generator ended with, if it threw. */
interface Thrown {
  readonly thrown: unknown;
}

/** True for what an async generator function returns. */
export function isAsyncGenerator(value: unknown): value is AsyncGenerator {
  if (typeof value !== 'object' || value === null) return false;
  try {
    const { next, return: leave } = value as Partial<AsyncGenerator>;
    return typeof next === 'function' && typeof leave === 'function' && Symbol.asyncIterator in value;
  } catch {
    // A proxy that wants to be left alone.
    return false;
  }
}

/**
 * An async generator whose every step runs in the given context. Without it, code after a `yield`
 * runs in the context of whoever asks for the next value, and its spans lose their parent.
 *
 * @param onEnd called when the generator is through, was left early, or threw
 */
export function bindGenerator<T, R, N>(
  ctx: Context,
  generator: AsyncGenerator<T, R, N>,
  onEnd: (error?: Thrown) => void = () => {},
): AsyncGenerator<T, R, N> {
  const step = async (advance: () => Promise<IteratorResult<T, R>>): Promise<IteratorResult<T, R>> => {
    try {
      const result = await context.with(ctx, advance);
      if (result.done) onEnd();
      return result;
    } catch (error) {
      onEnd({ thrown: error });
      throw error;
    }
  };
  const bound: AsyncGenerator<T, R, N> = {
    next: (...args) => step(() => generator.next(...args)),
    return: (value) => step(() => generator.return(value)),
    throw: (error) => step(() => generator.throw(error)),
    [Symbol.asyncIterator]: () => bound,
    [Symbol.asyncDispose]: async () => {
      await bound.return(undefined as R);
    },
  };
  return bound;
}
