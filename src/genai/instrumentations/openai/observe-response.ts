import { Transform } from 'node:stream';
import { ReadableStream } from 'node:stream/web';
import type { Span } from '@opentelemetry/api';
import { recordError } from '../../errors.ts';
import { StreamRecorder, type StreamRecorderOptions } from '../../stream-recorder.ts';
import { setResponse } from './response.ts';
import { StreamObserver } from './stream-observer.ts';

/** What the `Response` of any fetch has. */
interface ResponseLike {
  readonly headers?: { get(name: string): string | null };
  readonly body?: unknown;
  json(): Promise<unknown>;
  text(): Promise<string>;
}

/** Ends the spans of responses that were thrown away unread. */
const unread = new FinalizationRegistry<() => void>((end) => end());

/**
 * Reads a response along, in whatever way its reader reads it, and ends the span with it. The
 * response stays the same object; nothing is read that the reader does not read.
 */
export function observeResponse(
  response: unknown,
  span: Span,
  captureContent: boolean,
  options: StreamRecorderOptions,
): void {
  const target = response as ResponseLike;
  const isStream = target.headers?.get('content-type')?.includes('event-stream') ?? false;
  if (isStream) observeStream(target, span, captureContent, options);
  else observeJson(target, span, captureContent);
}

function observeJson(response: ResponseLike, span: Span, captureContent: boolean): void {
  const headersAt = Date.now();
  let ended = false;
  const end = (body?: unknown, at?: number): void => {
    if (ended) return;
    ended = true;
    unread.unregister(response);
    if (typeof body === 'object' && body !== null)
      setResponse(span, body as Record<string, unknown>, captureContent);
    span.end(at);
  };
  const fail = (error: unknown): void => {
    if (!ended) recordError(span, error);
    end();
  };
  wrapReader(response, 'json', end, fail);
  wrapReader(response, 'text', (text) => end(parse(text)), fail);
  for (const method of ['arrayBuffer', 'bytes', 'blob', 'formData'])
    wrapReader(response, method, () => end(), fail);
  // Whoever wanted the headers only never reads the body; the call took until the headers were there.
  unread.register(response, () => end(undefined, headersAt), response);
}

function wrapReader(
  response: object,
  method: string,
  onRead: (value: unknown) => void,
  onError: (error: unknown) => void,
): void {
  const original: unknown = Reflect.get(response, method);
  if (typeof original !== 'function') return;
  const value = async (...args: unknown[]): Promise<unknown> => {
    try {
      const result: unknown = await original.apply(response, args);
      onRead(result);
      return result;
    } catch (error) {
      onError(error);
      throw error;
    }
  };
  Object.defineProperty(response, method, { value, configurable: true, writable: true });
}

function parse(text: unknown): unknown {
  try {
    return typeof text === 'string' ? JSON.parse(text) : undefined;
  } catch {
    return undefined;
  }
}

function observeStream(
  response: ResponseLike,
  span: Span,
  captureContent: boolean,
  options: StreamRecorderOptions,
): void {
  const recorder = new StreamRecorder(span, options);
  const observer = new StreamObserver(span, recorder, captureContent);
  const original = response.body;
  let tapped: unknown;
  const get = (): unknown => {
    tapped ??= tap(original, observer);
    return tapped;
  };
  Object.defineProperty(response, 'body', { get, configurable: true });
  for (const method of ['text', 'arrayBuffer', 'bytes', 'blob']) {
    const read = (value: unknown): void => {
      if (typeof value === 'string') observer.push(value);
      observer.end();
    };
    wrapReader(response, method, read, (error) => observer.fail(error));
  }
  unread.register(response, () => tapped === undefined && observer.cancel());
}

/** The body with an observer on it: a web stream, or a Node.js stream with `node-fetch` (openai 4). */
function tap(body: unknown, observer: StreamObserver): unknown {
  if (typeof (body as { getReader?: unknown } | null)?.getReader === 'function') {
    return tapWeb(body as ReadableStream<Uint8Array>, observer);
  }
  if (typeof (body as { pipe?: unknown } | null)?.pipe === 'function') {
    return tapNode(body as NodeJS.ReadableStream & { destroy?(error?: Error): void }, observer);
  }
  return body;
}

function tapWeb(body: ReadableStream<Uint8Array>, observer: StreamObserver): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  const stream = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await reader.read();
          if (done) {
            observer.end();
            controller.close();
          } else {
            observer.push(value);
            controller.enqueue(value);
          }
        } catch (error) {
          observer.fail(error);
          controller.error(error);
        }
      },
      cancel(reason) {
        observer.cancel();
        return reader.cancel(reason);
      },
    },
    // Nothing is read ahead, as without the observer.
    { highWaterMark: 0 },
  );
  unread.register(stream, () => observer.cancel());
  return stream;
}

function tapNode(
  body: NodeJS.ReadableStream & { destroy?(error?: Error): void },
  observer: StreamObserver,
): Transform {
  const stream = new Transform({
    transform(chunk, _encoding, done) {
      observer.push(chunk);
      done(null, chunk);
    },
    flush(done) {
      observer.end();
      done();
    },
    destroy(error, done) {
      if (error) observer.fail(error);
      else observer.cancel();
      body.destroy?.();
      done(error);
    },
  });
  body.on('error', (error: Error) => stream.destroy(error));
  body.pipe(stream);
  return stream;
}
