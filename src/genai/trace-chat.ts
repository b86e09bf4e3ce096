import { type ChatRequest, GenAiCall, requestAttributes } from './call.ts';
import { spanKind, spanName } from './conventions/index.ts';
import { runInSpan, type SpanPlan } from './run.ts';

/** The span of a request. */
export function chatPlan(request: ChatRequest): SpanPlan {
  const attributes = requestAttributes(request);
  const operation = request.operation ?? 'chat';
  return {
    name: spanName(operation, attributes),
    kind: spanKind(operation, request.remote ?? true),
    attributes,
  };
}

/**
 * Traces one call of a model. Cost, metrics and the content policy are the processor's work.
 *
 * @example
 * const answer = await traceChat({ provider: 'openai', model: 'gpt-4o' }, async (call) => {
 *   const reply = await client.chat(question);
 *   call.response({ id: reply.id, model: reply.model, usage: { input: 30, output: 12 } });
 *   return reply.text;
 * });
 */
export function traceChat<T>(request: ChatRequest, fn: (call: GenAiCall) => T): T {
  return runInSpan(
    () => chatPlan(request),
    (span) => fn(new GenAiCall(span)),
  );
}
