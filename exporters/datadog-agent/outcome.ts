import type { Outcome } from '../../src/core/index.ts';
import { retryAfter } from '../delivery/index.ts';
import type { Answer } from './agent-connection.ts';

/** What each status without a class rule means. */
const BY_STATUS: Readonly<Record<number, Outcome>> = {
  401: { kind: 'paused', reason: 'HTTP 401: the Agent wants credentials' },
  403: { kind: 'paused', reason: 'HTTP 403: the Agent refuses us' },
  404: { kind: 'rejected', reason: 'HTTP 404: this is no Datadog Agent, or a very old one' },
  408: { kind: 'retry', reason: 'HTTP 408: the Agent could not read in time' },
  413: { kind: 'split', reason: 'HTTP 413: too large for the Agent' },
  415: { kind: 'rejected', reason: 'HTTP 415: the Agent does not take MessagePack' },
};

/**
 * What an answer means for the payload. The Agent says what it did, since
 * `Datadog-Send-Real-Http-Status` asks it to.
 */
export function outcomeOf(answer: Answer, now: number): Outcome {
  const { status, headers } = answer;
  if (status >= 200 && status <= 299) {
    // A login page or a proxy answers 200 as well, and has not taken anything.
    if (headers['content-type']?.startsWith('text/html')) {
      return { kind: 'retry', reason: 'the answer is a web page: this is no Datadog Agent' };
    }
    return { kind: 'delivered' };
  }
  const known = BY_STATUS[status];
  if (known && known.kind !== 'retry') return known;
  if (known || status === 429 || status >= 500) {
    const after = retryAfter(headers, now);
    const reason = known ? (known as { reason: string }).reason : `HTTP ${status}`;
    return { kind: 'retry', reason, ...(after === undefined ? {} : { after }) };
  }
  return { kind: 'rejected', reason: `HTTP ${status}` };
}

/** What errors of the network mean where an Agent is expected. */
const BY_CODE: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused (is the Agent running, and is the address right?)',
  ECONNRESET: 'the Agent closed the connection',
  EPIPE: 'the Agent closed the connection',
  ENOENT: 'the socket does not exist',
  ENOTSOCK: 'the path is no socket',
};

/** No answer: try again. */
export function outcomeOfError({ code, message }: NodeJS.ErrnoException): Outcome {
  const isTimeout = code === 'ETIMEDOUT' && message.startsWith('no answer');
  if (code === undefined || isTimeout) return { kind: 'retry', reason: message };
  if (code.startsWith('HPE_')) {
    return { kind: 'retry', reason: 'the answer is not HTTP: this is no Datadog Agent' };
  }
  return { kind: 'retry', reason: BY_CODE[code] ?? `${message} [${code}]` };
}
