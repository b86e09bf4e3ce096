import { realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, parse } from 'node:path';
import { context, type Span, SpanStatusCode } from '@opentelemetry/api';
import { isTracingSuppressed } from '@opentelemetry/core';
import {
  InstrumentationBase,
  InstrumentationNodeModuleDefinition,
  InstrumentationNodeModuleFile,
} from '@opentelemetry/instrumentation';
import { VERSION } from '../../../core/index.ts';
import { setIf } from '../../attributes.ts';
import { ATTR } from '../../conventions/index.ts';
import { runInSpan } from '../../run.ts';
import type { GenAiInstrumentationOptions } from '../options.ts';
import { isTraced, mcpPlan, senderContext, withContext } from './mcp-request.ts';

type Handler = (request: unknown, extra: unknown) => unknown;
// biome-ignore lint/suspicious/noExplicitAny: methods of a library, whose further arguments are passed on as they are.
type Method = (this: unknown, ...args: any[]) => any;

const PATCHED = Symbol('signalbox.mcp.original');
const PACKAGE = '@modelcontextprotocol/sdk';
const SUPPORTED = ['>=1 <2'];

/**
 * Traces requests of `@modelcontextprotocol/sdk` 1.x on both sides, whatever the transport: the
 * client's context travels in `params._meta`, so that the server's span becomes its child.
 */
export class McpInstrumentation extends InstrumentationBase {
  private readonly captureContent: boolean;

  constructor(options: GenAiInstrumentationOptions = {}) {
    super('signalbox.mcp', VERSION, { enabled: options.enabled ?? true });
    this.captureContent = options.captureContent ?? false;
  }

  protected override init() {
    const patch = (exports: unknown) => this.patch(exports);
    const esm = new InstrumentationNodeModuleFile(
      `${PACKAGE}/dist/esm/shared/protocol.js`,
      SUPPORTED,
      patch,
      unpatch,
    );
    // `require-in-the-middle` gives up on a package without a main file, as this one is, except for
    // files it is told by their absolute path; those it calls by their base name.
    const commonJs = protocolFiles().map((file) => {
      const parts = [new InstrumentationNodeModuleFile(parse(file).name, ['*'], patch, unpatch)];
      return new InstrumentationNodeModuleDefinition(file, ['*'], undefined, undefined, parts);
    });
    return [
      new InstrumentationNodeModuleDefinition(PACKAGE, SUPPORTED, undefined, undefined, [esm]),
      ...commonJs,
    ];
  }

  /** Patches `shared/protocol.js` by hand. Returns it; what does not look as expected stays as it is. */
  patch<T>(exports: T): T {
    const prototype = protocolOf(exports);
    if (!prototype || Object.hasOwn(prototype, PATCHED)) return exports;
    const { request, setRequestHandler } = prototype as Record<string, Method>;
    if (typeof request !== 'function' || typeof setRequestHandler !== 'function') return exports;
    Object.defineProperty(prototype, PATCHED, { value: { request, setRequestHandler }, configurable: true });
    define(prototype, 'request', this.wrapRequest(request));
    define(prototype, 'setRequestHandler', this.wrapSetHandler(setRequestHandler));
    return exports;
  }

  private wrapRequest(original: Method): Method {
    const capture = this.captureContent;
    return function request(message: unknown, ...rest) {
      if (!isTraced(message) || isTracingSuppressed(context.active()))
        return original.call(this, message, ...rest);
      return runInSpan(mcpPlan(message, 'client', capture), async (span) => {
        const result: unknown = await original.call(this, withContext(message, context.active()), ...rest);
        setResult(span, result, capture);
        return result;
      });
    };
  }

  private wrapSetHandler(original: Method): Method {
    const capture = this.captureContent;
    return function setRequestHandler(schema: unknown, handler: Handler, ...rest) {
      const traced: Handler = (request, extra) => {
        if (!isTraced(request)) return handler(request, extra);
        const { _meta: meta = request.params?._meta } = (extra ?? {}) as { _meta?: unknown };
        const plan = { ...mcpPlan(request, 'server', capture), ...senderContext(meta, context.active()) };
        return runInSpan(plan, async (span) => {
          const result = await handler(request, extra);
          setResult(span, result, capture);
          return result;
        });
      };
      return original.call(this, schema, typeof handler === 'function' ? traced : handler, ...rest);
    };
  }
}

/** A tool reports its failure within a successful response. */
function setResult(span: Span, result: unknown, captureContent: boolean): void {
  const { isError, content } = (result ?? {}) as { isError?: unknown; content?: unknown };
  if (isError === true) {
    span.setAttribute(ATTR.errorType, 'tool_error');
    span.setStatus({ code: SpanStatusCode.ERROR });
  }
  if (captureContent && content !== undefined) setIf(span, ATTR.toolResult, content);
}

/** Where the application's copy for `require` is, seen from its main module and working directory. */
function protocolFiles(): string[] {
  const found = new Set<string>();
  for (const directory of [dirname(process.argv[1] ?? ''), process.cwd()]) {
    try {
      const file = createRequire(join(directory, 'index.js')).resolve(`${PACKAGE}/shared/protocol.js`);
      found.add(realpathSync(file));
    } catch {
      // Not installed there.
    }
  }
  return [...found];
}

function protocolOf(exports: unknown): object | undefined {
  const { Protocol } = (exports ?? {}) as { Protocol?: { prototype?: unknown } };
  const prototype = Protocol?.prototype;
  return typeof prototype === 'object' && prototype !== null ? prototype : undefined;
}

function define(target: object, name: string, value: unknown): void {
  Object.defineProperty(target, name, { value, configurable: true, writable: true });
}

function unpatch(exports: unknown): void {
  const prototype = protocolOf(exports);
  if (!prototype || !Object.hasOwn(prototype, PATCHED)) return;
  const originals = Reflect.get(prototype, PATCHED) as Record<string, unknown>;
  for (const [name, value] of Object.entries(originals)) define(prototype, name, value);
  Reflect.deleteProperty(prototype, PATCHED);
}
