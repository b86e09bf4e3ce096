import type { IncomingMessage } from 'node:http';
import type { ExportResponse } from '@opentelemetry/otlp-exporter-base';

/** A whole answer. */
export interface Answer {
  readonly response: IncomingMessage;
  readonly body: Buffer;
}

/** Source: OTLP specification, "Retryable response codes". */
const RETRYABLE = new Set([429, 502, 503, 504]);

/** Errors after which there was no answer, so that the same request may be sent again. */
const RETRYABLE_ERRORS = new Set([
  'ECONNRESET',
  'ECONNREFUSED',
  'EPIPE',
  'ETIMEDOUT',
  'EAI_AGAIN',
  'ENOTFOUND',
  'ENETUNREACH',
  'EHOSTUNREACH',
]);

/** An HTTP status that is no success; the body is left out, since it may repeat credentials. */
class HttpStatusError extends Error {
  override readonly name = 'HttpStatusError';

  constructor(
    readonly code: number,
    text: string,
  ) {
    super(text);
  }
}

/** What an answer means for the request. */
export function responseOf({ response, body }: Answer): ExportResponse {
  const { statusCode = 0, statusMessage = '', headers } = response;
  if (statusCode >= 200 && statusCode <= 299) {
    // A login page or a proxy answers 200 as well, and has not taken anything.
    if (headers['content-type']?.startsWith('text/html')) {
      return {
        status: 'failure',
        error: new Error('the answer is a web page, not OTLP: check the endpoint'),
      };
    }
    return { status: 'success', data: body };
  }
  const error = new HttpStatusError(statusCode, statusMessage);
  if (!RETRYABLE.has(statusCode)) return { status: 'failure', error };
  const after = retryAfter(headers['retry-after']);
  return { status: 'retryable', error, ...(after === undefined ? {} : { retryInMillis: after }) };
}

/** What an exchange without a whole answer means for the request. */
export function responseOfError(error: NodeJS.ErrnoException): ExportResponse {
  return { status: RETRYABLE_ERRORS.has(error.code ?? '') ? 'retryable' : 'failure', error };
}

/** Milliseconds, from seconds or an HTTP date (RFC 9110, section 10.2.3). */
function retryAfter(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  // biome-ignore lint/plugin: an HTTP date is a time of day, so it is compared with that of the system.
  const ms = /^\d+$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}
