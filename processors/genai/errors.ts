import { type SpanStatus, SpanStatusCode } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { ATTR, errorCategory, errorCodeFromStatus, OWN_ATTR } from '../../src/genai/conventions/index.ts';
import type { Draft } from './dialects/index.ts';

/** Classes that say nothing beyond "an HTTP client failed"; the status says more. */
const GENERIC: ReadonlySet<unknown> = new Set([undefined, 'Error', 'APIError', 'AI_APICallError', '_OTHER']);

/**
 * Completes what a failed span tells about its failure: `error.type`, and one of a few categories
 * that mean the same for every provider. Returns the status: ERROR if only attributes said so.
 */
export function completeError(span: ReadableSpan, draft: Draft): SpanStatus {
  const { status } = span;
  const http = draft[ATTR.httpStatus];
  const code = typeof http === 'number' && http >= 400 ? http : undefined;
  if (status.code !== SpanStatusCode.ERROR && draft[ATTR.errorType] === undefined && code === undefined)
    return status;
  const reported = draft[ATTR.errorType] ?? exceptionType(span);
  const type = typeof reported === 'string' ? reported : undefined;
  const fromStatus = code === undefined ? undefined : errorCodeFromStatus(code);
  if (GENERIC.has(type)) draft[ATTR.errorType] = fromStatus ?? (code ? String(code) : (type ?? '_OTHER'));
  else draft[ATTR.errorType] = type === 'RateLimitError' ? (fromStatus ?? 'rate_limit_exceeded') : type;
  const category = errorCategory(String(draft[ATTR.errorType]), code) ?? errorCategory(type, code);
  if (category) draft[OWN_ATTR.errorCategory] ??= category;
  return status.code === SpanStatusCode.ERROR ? status : { code: SpanStatusCode.ERROR };
}

function exceptionType(span: ReadableSpan): unknown {
  return span.events.findLast(({ name }) => name === 'exception')?.attributes?.['exception.type'];
}
