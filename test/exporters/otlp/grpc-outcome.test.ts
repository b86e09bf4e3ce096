import { outcomeOfFailure } from '../../../exporters/otlp/grpc-outcome.ts';
import type { Outcome } from '../../../src/core/index.ts';

/** One field with bytes, in the form of protobuf. */
const field = (number: number, bytes: Uint8Array | string): Buffer => {
  const content = Buffer.from(bytes as string);
  return Buffer.concat([Buffer.from([number * 8 + 2, content.length]), content]);
};
const varint = (number: number, value: number): Buffer => {
  const bytes = [number * 8];
  for (let left = value; ; left = Math.floor(left / 128)) {
    if (left < 128) return Buffer.from([...bytes, left]);
    bytes.push((left % 128) + 128);
  }
};

/** A `google.rpc.Status` with a `RetryInfo`. */
function status(seconds: number, nanos = 0): Buffer {
  const duration = Buffer.concat([varint(1, seconds), varint(2, nanos)]);
  const any = Buffer.concat([
    field(1, 'type.googleapis.com/google.rpc.RetryInfo'),
    field(2, field(1, duration)),
  ]);
  return Buffer.concat([varint(1, 8), field(2, 'busy'), field(3, any)]);
}

test.each<[code: number, message: string, details: Uint8Array | undefined, outcome: Partial<Outcome>]>([
  [1, 'cancelled', undefined, { kind: 'retry' }],
  [3, 'invalid', undefined, { kind: 'rejected' }],
  [4, 'deadline', undefined, { kind: 'retry' }],
  [7, 'no', undefined, { kind: 'paused' }],
  [8, 'busy', undefined, { kind: 'rejected' }],
  [8, 'busy', status(2, 500_000_000), { kind: 'retry', after: 2_500 }],
  [8, 'busy', status(1_000_000_000), { kind: 'retry', after: 1e12 }],
  [8, 'grpc: received message larger than max (5000 vs. 4194304)', undefined, { kind: 'split' }],
  [10, 'aborted', undefined, { kind: 'retry' }],
  [11, 'range', undefined, { kind: 'retry' }],
  [12, 'unimplemented', undefined, { kind: 'rejected' }],
  [13, 'internal', undefined, { kind: 'rejected' }],
  [14, 'unavailable', undefined, { kind: 'retry' }],
  [14, 'unavailable', status(7), { kind: 'retry', after: 7_000 }],
  [14, 'unavailable', Buffer.from('nonsense'), { kind: 'retry' }],
  [15, 'data loss', undefined, { kind: 'retry' }],
  [16, 'who', undefined, { kind: 'paused' }],
])('gRPC status %d, %s', (code, message, details, outcome) => {
  expect(outcomeOfFailure({ code, message, details })).toMatchObject(outcome);
});
