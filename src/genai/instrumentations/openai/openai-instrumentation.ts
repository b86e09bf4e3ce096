import { context, type Span, trace } from '@opentelemetry/api';
import { isTracingSuppressed } from '@opentelemetry/core';
import { InstrumentationBase, InstrumentationNodeModuleDefinition } from '@opentelemetry/instrumentation';
import { VERSION } from '../../../core/index.ts';
import { ATTR } from '../../conventions/index.ts';
import { recordError } from '../../errors.ts';
import { startSpan } from '../../run.ts';
import type { GenAiInstrumentationOptions } from '../options.ts';
import { observeResponse } from './observe-response.ts';
import { type OpenAiClient, type RequestOptions, requestPlan } from './request.ts';

// biome-ignore lint/suspicious/noExplicitAny: a private method whose arguments differ between versions and are passed on as they are.
type MakeRequest = (this: OpenAiClient, options: any, retries: any, ...rest: any[]) => Promise<unknown>;

const ORIGINAL = Symbol('signalbox.openai.original');

/**
 * Traces `openai` 4 to 7: chat, responses, completions and embeddings, streamed or not. It wraps the
 * client's method that performs a request with its retries, below the promise the application gets,
 * so that every way to read a response works as without it.
 */
export class OpenAiInstrumentation extends InstrumentationBase {
  private readonly captureContent: boolean;
  private readonly streamOptions: Pick<GenAiInstrumentationOptions, 'tokensPerSecond' | 'chunkMetric'>;

  constructor(options: GenAiInstrumentationOptions = {}) {
    super('signalbox.openai', VERSION, { enabled: options.enabled ?? true });
    this.captureContent = options.captureContent ?? false;
    const { tokensPerSecond, chunkMetric } = options;
    this.streamOptions = {
      ...(tokensPerSecond === undefined ? {} : { tokensPerSecond }),
      ...(chunkMetric ? { chunkMetric } : {}),
    };
  }

  protected override init() {
    return new InstrumentationNodeModuleDefinition(
      'openai',
      ['>=4 <8'],
      (exports: unknown) => this.patch(exports),
      (exports: unknown) => unpatch(exports),
    );
  }

  /**
   * Patches the module by hand, where no hook sees it loaded: in bundles, or under another name.
   * Returns it. A module that does not look as expected stays as it is.
   */
  patch<T>(exports: T): T {
    const prototype = requester(exports);
    if (!prototype || Object.hasOwn(prototype, ORIGINAL)) return exports;
    const original = Reflect.get(prototype, 'makeRequest') as MakeRequest;
    Object.defineProperty(prototype, ORIGINAL, { value: original, configurable: true });
    Object.defineProperty(prototype, 'makeRequest', {
      value: this.wrap(original),
      configurable: true,
      writable: true,
    });
    return exports;
  }

  private wrap(original: MakeRequest): MakeRequest {
    const start = (client: OpenAiClient, options: RequestOptions) => this.start(client, options);
    const observe = (response: unknown, span: Span, startedAt: number) =>
      this.observe(response, span, startedAt);
    return async function makeRequest(options, retries, ...rest) {
      // A retry is part of the call that is being traced.
      if (retries != null || isTracingSuppressed(context.active()) || isTracedByOther())
        return original.call(this, options, retries, ...rest);
      const resolved = (await options) as RequestOptions;
      const call = start(this, resolved);
      if (!call) return original.call(this, resolved, retries, ...rest);
      const startedAt = performance.now();
      try {
        const result = await context.with(call.ctx, () => original.call(this, resolved, retries, ...rest));
        observe((result as { response?: unknown } | undefined)?.response, call.span, startedAt);
        return result;
      } catch (error) {
        recordError(call.span, error);
        call.span.end();
        throw error;
      }
    };
  }

  private start(client: OpenAiClient, options: RequestOptions) {
    try {
      const plan = requestPlan(client, options, this.captureContent);
      return plan && startSpan(plan);
    } catch (error) {
      this._diag.debug('a request could not be read', error);
      return undefined;
    }
  }

  /** Never throws: a response that cannot be observed is one the application still gets. */
  private observe(response: unknown, span: Span, startedAt: number): void {
    try {
      const attributes = (Reflect.get(span, 'attributes') ?? {}) as Record<string, string>;
      const metricAttributes: Record<string, string> = {};
      for (const key of [ATTR.operation, ATTR.provider, ATTR.requestModel]) {
        if (attributes[key] !== undefined) metricAttributes[key] = attributes[key];
      }
      observeResponse(response, span, this.captureContent, {
        ...this.streamOptions,
        metricAttributes,
        startedAt,
      });
    } catch (error) {
      this._diag.debug('a response could not be observed', error);
      span.end();
    }
  }
}

/** Instrumentations of the same client that an application may have registered by itself. */
const OTHERS: ReadonlySet<unknown> = new Set([
  '@opentelemetry/instrumentation-openai',
  '@traceloop/instrumentation-openai',
  '@arizeai/openinference-instrumentation-openai',
]);

/** True within the span of another one: the call has its span then, and must not get two. */
function isTracedByOther(): boolean {
  const scope = (trace.getActiveSpan() as { instrumentationScope?: { name?: unknown } } | undefined)
    ?.instrumentationScope;
  return OTHERS.has(scope?.name);
}

/** The prototype that has the method: the client's own, or in version 4 its base class's. */
function requester(exports: unknown): object | undefined {
  const { OpenAI, default: standard } = (exports ?? {}) as { OpenAI?: unknown; default?: unknown };
  const client = OpenAI ?? standard;
  let prototype: unknown = typeof client === 'function' ? client.prototype : undefined;
  while (typeof prototype === 'object' && prototype !== null) {
    if (Object.hasOwn(prototype, 'makeRequest')) return prototype;
    prototype = Object.getPrototypeOf(prototype);
  }
  return undefined;
}

function unpatch(exports: unknown): void {
  const prototype = requester(exports);
  if (!prototype || !Object.hasOwn(prototype, ORIGINAL)) return;
  const value: unknown = Reflect.get(prototype, ORIGINAL);
  Object.defineProperty(prototype, 'makeRequest', { value, configurable: true, writable: true });
  Reflect.deleteProperty(prototype, ORIGINAL);
}
