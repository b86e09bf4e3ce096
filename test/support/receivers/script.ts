/** What a receiver shall answer instead of "accepted". */
import type { Signal } from './otlp-schema.ts';

export interface Answer {
  /** HTTP status. Anything but 2xx refuses the request. Default 200. */
  readonly status?: number;
  /** gRPC status code. Anything but 0 refuses the request. Default 0. */
  readonly code?: number;
  /** gRPC status message. */
  readonly message?: string;
  /** HTTP response headers; for gRPC the trailing metadata (Buffer values for names in `-bin`). */
  readonly headers?: Readonly<Record<string, string | Buffer>>;
  /** HTTP body, sent as it is. Default: an empty response message. */
  readonly body?: string | Buffer;
  /** A response message, e.g. `{ partialSuccess: { rejectedSpans: 3, errorMessage: 'no' } }`. */
  readonly response?: object;
  /** Milliseconds until the answer. */
  readonly delay?: number;
  /** Breaks the connection instead of answering. */
  readonly disconnect?: boolean;
  /** For how many requests. Default: until told otherwise. */
  readonly times?: number;
  /** Only for this signal. Default: all. */
  readonly signal?: Signal;
}

/** The answers to give, first come first served; without one, everything is accepted. */
export class Script {
  #answers: { readonly answer: Answer; left: number }[] = [];

  /** Adds an answer behind those already scripted. */
  add(answer: Answer): void {
    this.#answers.push({ answer, left: answer.times ?? Number.POSITIVE_INFINITY });
  }

  /** Back to accepting everything. */
  clear(): void {
    this.#answers = [];
  }

  next(signal: Signal): Answer {
    const entry = this.#answers.find(({ answer }) => !answer.signal || answer.signal === signal);
    if (!entry) return {};
    entry.left -= 1;
    if (entry.left <= 0) this.#answers = this.#answers.filter((other) => other !== entry);
    return entry.answer;
  }
}

/** The answer to a request without the right credentials. */
export const UNAUTHORIZED: Answer = { status: 401, code: 16, message: 'who are you' };

/** True if the answer means that the receiver has taken the data. */
export function accepts({ status = 200, code = 0, disconnect = false }: Answer): boolean {
  return !disconnect && code === 0 && status >= 200 && status < 300;
}
