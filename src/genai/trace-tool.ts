import { Buffer } from 'node:buffer';
import type { Span } from '@opentelemetry/api';
import { genAiAttributes, toJsonText } from './attributes.ts';
import { ATTR, OWN_ATTR, spanName } from './conventions/index.ts';
import { activeAgent, activeConversation } from './lineage.ts';
import { runInSpan, type SpanPlan } from './run.ts';

/** A tool about to be called. */
export interface ToolOptions {
  readonly name: string;
  /** The id the model gave the call. */
  readonly callId?: string;
  readonly type?: 'function' | 'extension' | 'datastore' | (string & {});
  readonly description?: string;
  /** Content: passed on only as far as the content policy allows. Its size is always told. */
  readonly arguments?: unknown;
  /** Number of the step of the agent's run. */
  readonly step?: number;
}

/** One tool call under way. */
export class ToolCall {
  private retries = 0;

  constructor(readonly span: Span) {}

  /** The result came from a cache. */
  cached(hit = true): this {
    this.span.setAttribute(OWN_ATTR.toolCached, hit);
    return this;
  }

  /** The tool was tried once more. */
  retry(): this {
    this.retries++;
    this.span.setAttribute(OWN_ATTR.toolRetries, this.retries);
    return this;
  }
}

/**
 * Traces one tool call; what the function returns is its result. Arguments and result are written
 * to JSON once, for content and size both; values that cannot be written have neither.
 *
 * @example
 * const weather = await traceTool({ name: 'weather', callId: call.id, arguments: call.args }, () => lookUp(call.args));
 */
export function traceTool<T>(options: ToolOptions, fn: (call: ToolCall) => T): T {
  let span: Span | undefined;
  return runInSpan(
    () => toolPlan(options),
    (active) => {
      span = active;
      return fn(new ToolCall(active));
    },
    (result) => span && setResult(span, result),
  );
}

function toolPlan(options: ToolOptions): SpanPlan {
  const { name, callId, type, description, step } = options;
  const written = options.arguments === undefined ? undefined : toJsonText(options.arguments);
  const attributes = {
    ...genAiAttributes({
      'gen_ai.operation.name': 'execute_tool',
      'gen_ai.tool.name': name,
      'gen_ai.tool.call.id': callId,
      'gen_ai.tool.type': type ?? 'function',
      'gen_ai.tool.description': description,
      'gen_ai.tool.call.arguments': written,
      'gen_ai.agent.name': activeAgent()?.name,
      'gen_ai.conversation.id': activeConversation(),
    }),
    ...(written === undefined ? {} : { [OWN_ATTR.toolArgumentsSize]: Buffer.byteLength(written) }),
    ...(step === undefined ? {} : { [OWN_ATTR.step]: step }),
  };
  return { name: spanName('execute_tool', attributes), attributes };
}

function setResult(span: Span, result: unknown): void {
  if (result === undefined || !span.isRecording()) return;
  const written = toJsonText(result);
  if (written === undefined) return;
  span.setAttribute(OWN_ATTR.toolResultSize, Buffer.byteLength(written));
  span.setAttribute(ATTR.toolResult, written);
}
