import { type Attributes, type Span, SpanStatusCode } from '@opentelemetry/api';
import {
  ATTR,
  type ErrorCategory,
  errorCategory,
  errorCodeFromStatus,
  OWN_ATTR,
  secondsToWait,
} from './conventions/index.ts';
import { quietly } from './quietly.ts';

/** What the clients of the providers put on their errors. */
interface ProviderError {
  name?: unknown;
  message?: unknown;
  code?: unknown;
  type?: unknown;
  status?: unknown;
  statusCode?: unknown;
  headers?: unknown;
  responseHeaders?: unknown;
  error?: unknown;
  cause?: unknown;
}

/** Causes followed at most. */
const MAX_CHAIN = 10;

/** Longest message kept of each error in a chain. */
const MAX_MESSAGE = 300;

/**
 * Marks a span as failed and tells why, as far as the error knows: `error.type` (the provider's code,
 * else the error's class), a category that means the same for every provider, HTTP status, seconds
 * to wait, and the chain of causes. For any span, not only GenAI ones. Never throws.
 *
 * @param now milliseconds since the epoch, for a `retry-after` that is a date
 */
export function recordError(span: Span, error: unknown, now = Date.now()): void {
  try {
    span.setAttributes(errorAttributes(error, now));
    span.recordException(toException(error));
    span.setStatus({ code: SpanStatusCode.ERROR, message: messageOf(error) });
  } catch {
    // An error with getters that throw is still an error.
    quietly(() => span.setStatus({ code: SpanStatusCode.ERROR }));
  }
}

/** The attributes {@link recordError} sets. */
export function errorAttributes(error: unknown, now = Date.now()): Attributes {
  const source = (typeof error === 'object' && error !== null ? error : {}) as ProviderError;
  const status = statusOf(source);
  const code = codeOf(source) ?? (status === undefined ? undefined : errorCodeFromStatus(status));
  const type = code ?? classOf(error);
  const attributes: Attributes = { [ATTR.errorType]: type };
  const category = categoryOf(error, type, status);
  if (category) attributes[OWN_ATTR.errorCategory] = category;
  if (status !== undefined) attributes[ATTR.httpStatus] = status;
  const wait = causes(error)
    .map(({ headers, responseHeaders }) => retryAfter(headers ?? responseHeaders, now))
    .find((seconds) => seconds !== undefined);
  if (wait !== undefined) attributes[OWN_ATTR.retryAfter] = wait;
  const chain = errorChain(error);
  if (chain.length > 1) attributes[OWN_ATTR.errorChain] = chain;
  return attributes;
}

/** By the error itself, or by the first of its causes that tells: a cut stream is a TypeError without one. */
function categoryOf(error: unknown, type: string, status: number | undefined): ErrorCategory | undefined {
  const own = errorCategory(type, status) ?? errorCategory(classOf(error), status);
  if (own) return own;
  for (const cause of causes(error)) {
    const found = errorCategory(codeOf(cause), statusOf(cause)) ?? errorCategory(classOf(cause));
    if (found) return found;
  }
  return undefined;
}

/** An error, then its causes, as far as they are objects; ends at a cycle. */
function causes(error: unknown): ProviderError[] {
  const seen = new Set<ProviderError>();
  let current = error;
  while (typeof current === 'object' && current !== null && !seen.has(current) && seen.size < MAX_CHAIN) {
    seen.add(current);
    current = (current as ProviderError).cause;
  }
  return [...seen];
}

/** `Class: message` of an error and of each of its causes; ends at a cycle. */
export function errorChain(error: unknown): string[] {
  const seen = new Set<unknown>();
  const chain: string[] = [];
  let current: unknown = error;
  while (current != null && !seen.has(current) && chain.length < MAX_CHAIN) {
    seen.add(current);
    chain.push(`${classOf(current)}: ${messageOf(current)}`);
    current = typeof current === 'object' ? (current as ProviderError).cause : undefined;
  }
  return chain;
}

/** Seconds to wait from `retry-after-ms` or `retry-after`. */
export function retryAfter(headers: unknown, now: number): number | undefined {
  const ms = header(headers, 'retry-after-ms');
  if (ms !== undefined && Number.isFinite(Number(ms))) return Number(ms) / 1000;
  const value = header(headers, 'retry-after');
  return value === undefined ? undefined : secondsToWait(value, now);
}

function header(headers: unknown, name: string): string | undefined {
  if (typeof headers !== 'object' || headers === null) return undefined;
  const get: unknown = Reflect.get(headers, 'get');
  const value: unknown = typeof get === 'function' ? get.call(headers, name) : Reflect.get(headers, name);
  return typeof value === 'string' ? value : undefined;
}

function statusOf({ status, statusCode }: ProviderError): number | undefined {
  const value = status ?? statusCode;
  return typeof value === 'number' && value >= 100 && value < 600 ? value : undefined;
}

/** OpenAI: `code`, Anthropic: `error.error.type`, Node.js: `code`; never a free text. */
function codeOf({ code, type, error }: ProviderError): string | undefined {
  if (isJsonRpcCode(code)) return String(code);
  const body = typeof error === 'object' && error !== null ? (error as ProviderError) : undefined;
  const inner =
    body && typeof body.error === 'object' && body.error !== null ? (body.error as ProviderError) : undefined;
  for (const candidate of [code, inner?.code, inner?.type, body?.code, type, body?.type]) {
    if (typeof candidate === 'string' && /^[\w.-]{2,64}$/.test(candidate) && candidate !== 'error')
      return candidate;
  }
  return undefined;
}

/** The codes of JSON-RPC's own errors and MCP's. Source: JSON-RPC 2.0, section 5.1; MCP conventions, `error.type`. */
function isJsonRpcCode(code: unknown): code is number {
  return typeof code === 'number' && code >= -32_768 && code <= -32_000;
}

function classOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '_OTHER';
  const { name } = error as ProviderError;
  // Minified or subclassed errors often leave `name` at "Error"; the constructor knows better.
  const own = error.constructor?.name;
  if (typeof name === 'string' && name !== '' && name !== 'Error') return name;
  return own && own !== 'Object' ? own : '_OTHER';
}

function messageOf(error: unknown): string {
  const message = typeof error === 'object' && error !== null ? (error as ProviderError).message : error;
  return String(message ?? '').slice(0, MAX_MESSAGE);
}

function toException(error: unknown): Error | string {
  return error instanceof Error ? error : `${classOf(error)}: ${messageOf(error)}`;
}
