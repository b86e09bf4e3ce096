/** Why an export failed: in plain words, and what to look at. */
export interface Failure {
  readonly reason: string;
  readonly hint?: string;
}

const CHECK_ADDRESS = 'is the backend running, and is the address right?';
const PLAIN = 'is this port plain http?';
const UNTRUSTED: Failure = {
  reason: "the server's TLS certificate is not trusted",
  hint: 'set OTEL_EXPORTER_OTLP_CERTIFICATE to the file of its CA',
};
const CLOSED: Failure = {
  reason: 'the connection was closed by the other side',
  hint: 'does this port expect TLS, or another protocol (gRPC 4317, HTTP 4318)?',
};
const NOT_HTTP: Failure = {
  reason: 'the answer is not HTTP',
  hint: 'is this a gRPC port (OTEL_EXPORTER_OTLP_PROTOCOL=grpc) or one that expects TLS?',
};
const NO_CLIENT_CERTIFICATE: Failure = {
  reason: 'the server refused the TLS client certificate',
  hint: 'check OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE and OTEL_EXPORTER_OTLP_CLIENT_KEY',
};

/** By `error.code` of Node.js: system errors, DNS, TLS, HTTP parser, file system. */
const BY_CODE: Readonly<Record<string, Failure>> = {
  ECONNREFUSED: { reason: 'connection refused', hint: CHECK_ADDRESS },
  ENOTFOUND: { reason: 'the host name is not known (DNS)', hint: 'check the host name' },
  EAI_AGAIN: { reason: 'the host name cannot be resolved now (DNS)' },
  EHOSTUNREACH: { reason: 'the host cannot be reached', hint: CHECK_ADDRESS },
  ENETUNREACH: { reason: 'the network cannot be reached', hint: CHECK_ADDRESS },
  ETIMEDOUT: { reason: 'the connection timed out', hint: CHECK_ADDRESS },
  ECONNRESET: CLOSED,
  EPIPE: CLOSED,
  EPROTO: { reason: 'TLS handshake failed', hint: PLAIN },
  ERR_SSL_WRONG_VERSION_NUMBER: { reason: 'TLS handshake failed', hint: PLAIN },
  ERR_SSL_PACKET_LENGTH_TOO_LONG: { reason: 'TLS handshake failed', hint: PLAIN },
  DEPTH_ZERO_SELF_SIGNED_CERT: UNTRUSTED,
  SELF_SIGNED_CERT_IN_CHAIN: UNTRUSTED,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNTRUSTED,
  CERT_HAS_EXPIRED: { reason: "the server's TLS certificate has expired" },
  ERR_TLS_CERT_ALTNAME_INVALID: {
    reason: "the server's TLS certificate is for another host name",
    hint: 'use the name that the certificate was issued for',
  },
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: NO_CLIENT_CERTIFICATE,
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: NO_CLIENT_CERTIFICATE,
  ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE: NO_CLIENT_CERTIFICATE,
  HPE_INVALID_CONSTANT: NOT_HTTP,
  HPE_INVALID_VERSION: NOT_HTTP,
  ENOSPC: { reason: 'no space left on the device' },
  EDQUOT: { reason: 'the disk quota is used up' },
  EACCES: { reason: 'permission denied' },
  EPERM: { reason: 'permission denied' },
  EROFS: { reason: 'the file system is read-only' },
  ENOENT: { reason: 'the directory does not exist' },
  ENOTDIR: { reason: 'a part of the path is no directory' },
  EISDIR: { reason: 'the path is a directory' },
};

const CREDENTIALS = 'check the credentials (OTEL_EXPORTER_OTLP_HEADERS)';

/** What to look at, by HTTP status. Source: OTLP specification, "OTLP/HTTP response". */
const HTTP_HINTS: Readonly<Record<number, string>> = {
  400: 'the backend could not read the data',
  401: CREDENTIALS,
  403: CREDENTIALS,
  404: 'check the path: the general endpoint gets /v1/traces, /v1/metrics, /v1/logs appended, a per-signal one is used as it is',
  405: 'check the path of the endpoint',
  413: 'the request is too large: make the batches smaller',
  415: 'the backend does not take this protocol: check OTEL_EXPORTER_OTLP_PROTOCOL',
};

/** By gRPC status code. Source: gRPC, "Status codes and their use". */
const BY_GRPC_STATUS: Readonly<Record<number, Failure>> = {
  1: { reason: 'the backend cancelled the request (gRPC CANCELLED)' },
  4: { reason: 'no answer in time (gRPC DEADLINE_EXCEEDED)' },
  7: { reason: 'the credentials are refused (gRPC PERMISSION_DENIED)', hint: CREDENTIALS },
  8: { reason: 'the backend is overloaded (gRPC RESOURCE_EXHAUSTED)' },
  12: { reason: 'the backend does not take this signal (gRPC UNIMPLEMENTED)' },
  14: {
    reason: 'the backend cannot be reached (gRPC UNAVAILABLE)',
    hint: 'is it running, is this a gRPC port, and is TLS right (http:// or https://)?',
  },
  16: { reason: 'the credentials are refused (gRPC UNAUTHENTICATED)', hint: CREDENTIALS },
};

/** By the text of errors that upstream code makes without a code. */
const BY_TEXT: readonly (readonly [text: string, failure: Failure])[] = [
  ['wrong version number', { reason: 'TLS handshake failed', hint: PLAIN }],
  ['self-signed certificate', UNTRUSTED],
  ['unable to verify the first certificate', UNTRUSTED],
  ['unable to get local issuer certificate', UNTRUSTED],
  ['certificate required', NO_CLIENT_CERTIFICATE],
  ['socket hang up', CLOSED],
  ['Request timed out', { reason: 'no answer in time' }],
  ['Concurrent export limit', { reason: 'the backend is too slow: too many requests are waiting' }],
  ['retryable status', { reason: 'the backend is overloaded or not ready (HTTP 429, 502, 503 or 504)' }],
];

/**
 * Explains the error of a failed export: system error, TLS, DNS, HTTP status or gRPC status.
 * Never shows what the backend answered: it may repeat a credential.
 */
export function explainFailure(error: unknown): Failure {
  const message = error instanceof Error ? error.message : String(error ?? 'unknown error');
  const code: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : undefined;
  if (typeof code === 'string' && BY_CODE[code]) return BY_CODE[code];
  if (typeof code === 'number' && code >= 100) return explainStatus(code, message);
  return explainText(message) ?? explainGrpc(code) ?? { reason: firstLine(message) };
}

/** The same as one text. */
export function describeFailure(error: unknown): string {
  const { reason, hint } = explainFailure(error);
  return hint === undefined ? reason : `${reason} (${hint})`;
}

/** Errors after which the same may be tried again: nobody answered. Codes of Node.js. */
const TRANSIENT = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EAI_AGAIN',
  'ENOTFOUND',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOSPC',
  'EDQUOT',
]);

/** Source: OTLP specification 1.11, "Retryable response codes", HTTP and gRPC. */
export const RETRYABLE_HTTP: ReadonlySet<number> = new Set([429, 502, 503, 504]);
export const RETRYABLE_GRPC: ReadonlySet<number> = new Set([1, 4, 10, 11, 14, 15]);

/** True for an error of a plain exporter that will pass by itself. */
export function isTransient(error: unknown): boolean {
  const code: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : undefined;
  if (typeof code === 'string') return TRANSIENT.has(code);
  return typeof code === 'number' && (RETRYABLE_HTTP.has(code) || RETRYABLE_GRPC.has(code));
}

function explainStatus(status: number, statusText: string): Failure {
  const reason = `the backend answered ${`${status} ${firstLine(statusText)}`.trim()}`;
  const hint = HTTP_HINTS[status];
  return hint === undefined ? { reason } : { reason, hint };
}

/** grpc-js has the system error only inside its message. */
function explainText(message: string): Failure | undefined {
  for (const word of message.match(/\b[A-Z][A-Z0-9_]{3,}\b/g) ?? []) {
    const failure = BY_CODE[word];
    if (failure) return failure;
  }
  return BY_TEXT.find(([text]) => message.includes(text))?.[1];
}

function explainGrpc(code: unknown): Failure | undefined {
  return typeof code === 'number' ? BY_GRPC_STATUS[code] : undefined;
}

function firstLine(message: string): string {
  const line = message.split('\n', 1)[0] ?? '';
  return line.length > 160 ? `${line.slice(0, 157)}...` : line;
}
