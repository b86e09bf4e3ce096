import type { Span } from '@opentelemetry/api';
import { ATTR } from '../../conventions/index.ts';
import type { StreamRecorder } from '../../stream-recorder.ts';
import { setResponse } from './response.ts';
import { SseReader } from './sse-reader.ts';

type Body = Record<string, unknown>;

/** Events of the responses API that carry the response as a whole. */
const WHOLE = /"type":\s*"response\.(?:created|completed|failed|incomplete)"/;
/** Chunks of the chat API that say more than words. */
const TELLING = /"finish_reason":\s*"|"usage":\s*\{|"error":\s*\{/;

/**
 * Reads a streamed response along, as its bytes pass by. Parses only the chunks that tell something
 * beside words, unless content is wanted.
 */
export class StreamObserver {
  private readonly reader = new SseReader((data) => this.event(data));
  private readonly reasons: string[] = [];
  private readonly words: string[] = [];
  private first = true;

  constructor(
    private readonly span: Span,
    private readonly recorder: StreamRecorder,
    private readonly captureContent: boolean,
  ) {}

  /** The next bytes of the body. Never throws. */
  push(chunk: unknown): void {
    try {
      this.reader.push(chunk);
    } catch {
      // What cannot be read is the client's affair; the span goes without it.
    }
  }

  /** The body is through. */
  end(): void {
    this.setWords();
    this.recorder.end();
  }

  /** The body broke. An abort is the caller's own wish, and no failure. */
  fail(error: unknown): void {
    const { name } = (error ?? {}) as { name?: unknown };
    if (name === 'AbortError' || name === 'APIUserAbortError') this.cancel();
    else this.recorder.end({ thrown: error });
  }

  /** Nobody wants the rest. */
  cancel(): void {
    this.setWords();
    this.recorder.abandon();
  }

  private event(data: string): void {
    if (data === '[DONE]') {
      this.end();
      return;
    }
    this.recorder.chunk();
    const isResponse = WHOLE.test(data.slice(0, 200));
    if (!this.first && !isResponse && !this.captureContent && !TELLING.test(data)) return;
    const body = JSON.parse(data) as Body;
    this.first = false;
    if (isResponse) this.whole(body);
    else if (body.error) this.recorder.end({ thrown: streamError(body.error) });
    else this.chunk(body);
  }

  private whole({ response, type }: Body): void {
    const tokens = setResponse(this.span, response as Body, this.captureContent);
    this.recorder.setOutputTokens(tokens);
    if (type !== 'response.created') this.recorder.end();
  }

  private chunk(body: Body): void {
    const { choices } = body;
    for (const choice of Array.isArray(choices) ? (choices as Body[]) : []) {
      const { index, finish_reason: reason, delta, text } = choice;
      if (typeof reason === 'string') this.reasons[typeof index === 'number' ? index : 0] = reason;
      if (this.captureContent) this.words.push(String((delta as Body | undefined)?.content ?? text ?? ''));
    }
    if (typeof body.type === 'string') return;
    const tokens = setResponse(this.span, { ...body, choices: undefined }, false);
    if (tokens !== undefined) this.recorder.setOutputTokens(tokens);
    const reasons = this.reasons.filter((reason) => reason !== undefined);
    if (reasons.length > 0) this.span.setAttribute(ATTR.finishReasons, reasons);
  }

  private setWords(): void {
    const content = this.words.splice(0).join('');
    if (content === '') return;
    const message = {
      role: 'assistant',
      parts: [{ type: 'text', content }],
      finish_reason: this.reasons[0] ?? 'error',
    };
    this.span.setAttribute(ATTR.outputMessages, JSON.stringify([message]));
  }
}

/** An error that came as an event of the stream, in the shape of the client's errors. */
function streamError(error: unknown): Error {
  const { message, code, type } = error as Body;
  return Object.assign(new Error(String(message ?? 'the stream reported an error')), { code, type });
}
