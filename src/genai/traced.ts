import type { Attributes } from '@opentelemetry/api';
import { runInSpan } from './run.ts';

/** How a function is traced. */
export interface TracedOptions {
  /** Default: the function's own name. */
  readonly name?: string;
  readonly attributes?: Attributes;
}

// biome-ignore lint/suspicious/noExplicitAny: a wrapper takes functions of every signature, and gives back the same one.
type AnyFunction = (this: any, ...args: any[]) => any;

/** Works as a decorator of TypeScript 5 (TC39) and of `experimentalDecorators`. */
export interface TracedDecorator {
  <F extends AnyFunction>(
    method: F,
    decoration: { readonly kind: 'method'; readonly name: string | symbol },
  ): F;
  (target: object, key: string | symbol, descriptor: PropertyDescriptor): PropertyDescriptor;
}

/**
 * A function that does the same within a span: synchronous ones stay synchronous, async generators
 * stay generators, `this` and arguments are passed on.
 *
 * @example
 * const summarise = traced('summarise', async (text: string) => model.ask(text));
 * class Bot {
 *   @traced('answer') async answer(question: string) { … }
 * }
 */
export function traced<F extends AnyFunction>(options: string | TracedOptions, fn: F): F;
export function traced(options?: string | TracedOptions): TracedDecorator;
export function traced(options: string | TracedOptions = {}, fn?: AnyFunction): unknown {
  const settings = typeof options === 'string' ? { name: options } : options;
  return fn === undefined ? decorator(settings) : wrap(fn, settings, fn.name);
}

/** TC39 hands over the method and a decoration; the older form a prototype, a key and a descriptor. */
function decorator(options: TracedOptions): TracedDecorator {
  return ((target: unknown, key: unknown, descriptor?: PropertyDescriptor): unknown => {
    if (descriptor) {
      const slot = typeof descriptor.value === 'function' ? 'value' : 'get';
      return { ...descriptor, [slot]: wrap(descriptor[slot] as AnyFunction, options, String(key)) };
    }
    const { name } = (key ?? {}) as { name?: string | symbol };
    return wrap(target as AnyFunction, options, String(name));
  }) as TracedDecorator;
}

/** What is no function, such as a field, stays as it is. */
function wrap(fn: AnyFunction, { name, attributes = {} }: TracedOptions, own: string): AnyFunction {
  if (typeof fn !== 'function') return fn;
  const plan = { name: name ?? (own || 'anonymous'), attributes };
  const wrapped: AnyFunction = function (...args): unknown {
    const made: unknown = new.target;
    if (made === undefined) return runInSpan(plan, () => fn.apply(this, args));
    return runInSpan(plan, () => Reflect.construct(fn, args, made === wrapped ? fn : (made as AnyFunction)));
  };
  return Object.defineProperty(wrapped, 'name', { value: fn.name, configurable: true });
}
