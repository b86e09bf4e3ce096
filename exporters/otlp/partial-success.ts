import type { Outcome } from '../../src/core/index.ts';
import { bytesField, numberField } from './protobuf-reader.ts';

/**
 * What an accepted request's answer says: some of it may have been refused. The three services
 * share the form: field 1 `partial_success`, in it 1 the refused items and 2 a message.
 * Source: opentelemetry-proto 1.x, `Export…ServiceResponse`; OTLP specification, "Partial Success".
 *
 * @throws if it is no such answer
 */
export function readAnswer(body: Uint8Array, isJson: boolean): Outcome {
  if (body.length === 0) return { kind: 'delivered' };
  return isJson ? fromJson(body) : fromProtobuf(body);
}

function fromProtobuf(body: Uint8Array): Outcome {
  const partial = bytesField(body, 1);
  if (!partial) return { kind: 'delivered' };
  const message = bytesField(partial, 2);
  return outcomeOf(numberField(partial, 1), message ? Buffer.from(message).toString() : '');
}

function fromJson(body: Uint8Array): Outcome {
  const answer: unknown = JSON.parse(Buffer.from(body).toString());
  if (typeof answer !== 'object' || answer === null || Array.isArray(answer)) throw new TypeError('not OTLP');
  const partial = (answer as { partialSuccess?: Record<string, unknown> }).partialSuccess ?? {};
  const rejected = partial.rejectedSpans ?? partial.rejectedDataPoints ?? partial.rejectedLogRecords ?? 0;
  return outcomeOf(Number(rejected), String(partial.errorMessage ?? ''));
}

function outcomeOf(rejected: number, message: string): Outcome {
  if (!(rejected > 0) && message === '') return { kind: 'delivered' };
  // What the backend says may quote what was sent, so it is cut short and kept to one line.
  const reason = message.replace(/\s+/g, ' ').slice(0, 200);
  return {
    kind: 'delivered',
    ...(rejected > 0 ? { rejected } : {}),
    ...(reason === '' ? {} : { reason }),
  };
}
