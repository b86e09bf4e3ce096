/** Uniform kinds of failure, across providers. */
export const ERROR_CATEGORIES = [
  'rate_limited',
  'quota_exceeded',
  'token_limit',
  'content_filtered',
  'authentication',
  'permission',
  'not_found',
  'invalid_request',
  'timeout',
  'overloaded',
  'server_error',
  'connection',
  'cancelled',
] as const;

/** One of {@link ERROR_CATEGORIES}. */
export type ErrorCategory = (typeof ERROR_CATEGORIES)[number];

/**
 * Provider error codes and types, and the clients' error classes.
 * Sources: error pages of OpenAI, Azure OpenAI, Anthropic, Gemini (google.rpc.Code), Bedrock; JSON-RPC
 * and the MCP SDK.
 */
const BY_CODE: Readonly<Record<string, ErrorCategory>> = {
  rate_limit_exceeded: 'rate_limited',
  rate_limit_error: 'rate_limited',
  RateLimitError: 'rate_limited',
  RESOURCE_EXHAUSTED: 'rate_limited',
  ThrottlingException: 'rate_limited',
  insufficient_quota: 'quota_exceeded',
  billing_error: 'quota_exceeded',
  billing_hard_limit_reached: 'quota_exceeded',
  ServiceQuotaExceededException: 'quota_exceeded',
  context_length_exceeded: 'token_limit',
  string_above_max_length: 'token_limit',
  max_tokens_exceeded: 'token_limit',
  request_too_large: 'token_limit',
  LengthFinishReasonError: 'token_limit',
  content_filter: 'content_filtered',
  content_policy_violation: 'content_filtered',
  ContentFilterFinishReasonError: 'content_filtered',
  invalid_api_key: 'authentication',
  authentication_error: 'authentication',
  AuthenticationError: 'authentication',
  UNAUTHENTICATED: 'authentication',
  permission_error: 'permission',
  PermissionDeniedError: 'permission',
  PERMISSION_DENIED: 'permission',
  AccessDeniedException: 'permission',
  model_not_found: 'not_found',
  not_found_error: 'not_found',
  NotFoundError: 'not_found',
  NOT_FOUND: 'not_found',
  ResourceNotFoundException: 'not_found',
  invalid_request_error: 'invalid_request',
  BadRequestError: 'invalid_request',
  UnprocessableEntityError: 'invalid_request',
  INVALID_ARGUMENT: 'invalid_request',
  ValidationException: 'invalid_request',
  APIConnectionTimeoutError: 'timeout',
  TimeoutError: 'timeout',
  timeout_error: 'timeout',
  DEADLINE_EXCEEDED: 'timeout',
  ModelTimeoutException: 'timeout',
  overloaded_error: 'overloaded',
  UNAVAILABLE: 'overloaded',
  ServiceUnavailableException: 'overloaded',
  ModelNotReadyException: 'overloaded',
  api_error: 'server_error',
  server_error: 'server_error',
  InternalServerError: 'server_error',
  INTERNAL: 'server_error',
  '-32700': 'invalid_request',
  '-32600': 'invalid_request',
  '-32602': 'invalid_request',
  '-32601': 'not_found',
  '-32603': 'server_error',
  '-32001': 'timeout',
  '-32000': 'connection',
  APIConnectionError: 'connection',
  ECONNREFUSED: 'connection',
  ECONNRESET: 'connection',
  ENOTFOUND: 'connection',
  UND_ERR_SOCKET: 'connection',
  APIUserAbortError: 'cancelled',
  AbortError: 'cancelled',
  CANCELLED: 'cancelled',
};

const BY_STATUS: Readonly<Record<number, ErrorCategory>> = {
  400: 'invalid_request',
  401: 'authentication',
  402: 'quota_exceeded',
  403: 'permission',
  404: 'not_found',
  408: 'timeout',
  413: 'token_limit',
  422: 'invalid_request',
  429: 'rate_limited',
  499: 'cancelled',
  503: 'overloaded',
  504: 'timeout',
  529: 'overloaded',
};

/** The kind of failure behind a provider's code or an error class; else behind the HTTP status. */
export function errorCategory(code: string | undefined, status?: number): ErrorCategory | undefined {
  const known = code === undefined ? undefined : BY_CODE[code];
  if (known) return known;
  if (status === undefined) return undefined;
  return BY_STATUS[status] ?? (status >= 500 ? 'server_error' : undefined);
}

/** The provider code where a client gave nothing but its class and the HTTP status. */
export function errorCodeFromStatus(status: number): string | undefined {
  return status === 429 ? 'rate_limit_exceeded' : undefined;
}

/**
 * Seconds from the value of `retry-after`, which is a number of seconds or a date.
 * Source: RFC 9110, section 10.2.3.
 *
 * @param now milliseconds since the epoch
 */
export function secondsToWait(value: string, now: number): number | undefined {
  if (value === '') return undefined;
  if (Number.isFinite(Number(value))) return Math.max(0, Number(value));
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, (date - now) / 1000);
}
