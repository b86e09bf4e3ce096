import type { IncomingHttpHeaders } from 'node:http';
import type { Outcome } from '../../src/core/index.ts';
import { describeFailure, RETRYABLE_HTTP, retryAfter } from '../delivery/index.ts';
import { readAnswer } from './partial-success.ts';

/** A whole answer. */
export interface Answer {
  readonly status: number;
  readonly statusText: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Credentials are missing or wrong; also those of a proxy. */
const CREDENTIALS = new Set([401, 403, 407]);

/** The Collector says 400 and not 413 when a request is too large. */
const TOO_LARGE = /too large|exceeds|larger than/i;

/** What an answer means for the request. Source: OTLP specification 1.11, "OTLP/HTTP Response". */
export function outcomeOfAnswer(answer: Answer, now: number): Outcome {
  const { status, statusText, headers, body } = answer;
  if (status >= 200 && status <= 299) return outcomeOfSuccess(answer);
  const reason = describeFailure({ code: status, message: statusText, toString: () => statusText });
  if (RETRYABLE_HTTP.has(status)) {
    const after = retryAfter(headers, now);
    return { kind: 'retry', reason, ...(after === undefined ? {} : { after }) };
  }
  if (CREDENTIALS.has(status)) return { kind: 'paused', reason };
  if (status === 413) return { kind: 'split', reason };
  if (status === 400 && TOO_LARGE.test(body.subarray(0, 1_000).toString())) return { kind: 'split', reason };
  if (status >= 300 && status <= 399)
    return { kind: 'rejected', reason: `${reason}; redirects are not followed` };
  return { kind: 'rejected', reason };
}

/** A login page or a proxy answers 200 as well, and has not taken anything. */
function outcomeOfSuccess({ headers, body }: Answer): Outcome {
  const type = (headers['content-type'] ?? '').split(';', 1)[0]?.trim() ?? '';
  if (body.length === 0 && !type.startsWith('text/')) return { kind: 'delivered' };
  try {
    if (type === 'application/json') return readAnswer(body, true);
    if (type === 'application/x-protobuf' || type === '') return readAnswer(body, false);
  } catch {
    // Not an answer of OTLP: below.
  }
  const what = type === 'text/html' ? 'a web page' : `${type || 'something'}`;
  return { kind: 'retry', reason: `the answer is ${what}, not OTLP: check the endpoint` };
}

/** What an exchange without a whole answer means. */
export function outcomeOfError(error: unknown): Outcome {
  const reason = describeFailure(error);
  return isTooLong(error) ? { kind: 'rejected', reason } : { kind: 'retry', reason };
}

/** The code of the error for an answer that is too long: the request itself has probably arrived. */
export const ANSWER_TOO_LONG = 'SIGNALBOX_ANSWER_TOO_LONG';

function isTooLong(error: unknown): boolean {
  return (error as { code?: unknown }).code === ANSWER_TOO_LONG;
}
