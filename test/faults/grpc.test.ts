/** Whatever a backend answers over gRPC. */
import { FAILS, LOST, WORKS } from './support/accounted.ts';
import { IMPATIENT } from './support/sufferer.ts';
import { type Row, table } from './support/table.ts';

const [CANCELLED, UNKNOWN, INVALID_ARGUMENT, DEADLINE_EXCEEDED] = [1, 2, 3, 4];
const [RESOURCE_EXHAUSTED, ABORTED, OUT_OF_RANGE, UNIMPLEMENTED, INTERNAL, UNAVAILABLE, DATA_LOSS] = [
  8, 10, 11, 12, 13, 14, 15,
];
const PASSES = { outages: 1 };
const REFUSED = { lost: { rejected: 60 }, lines: [FAILS, LOST] };
const ONE = { spans: 20, chunk: 20 };
/** `google.rpc.Status{details: [Any{RetryInfo{retry_delay: 1 s}}]}`, and the same with 1000 s. */
const retryInfo = (...seconds: number[]): Buffer => {
  const part = (tag: number, body: Uint8Array): Buffer => Buffer.from([tag, body.length, ...body]);
  const url = part(0x0a, Buffer.from('type.googleapis.com/google.rpc.RetryInfo'));
  const info = part(0x12, part(0x0a, Buffer.from([0x08, ...seconds])));
  return part(0x1a, Buffer.concat([url, info]));
};
const details = (...seconds: number[]) => ({ 'grpc-status-details-bin': retryInfo(...seconds) });

const ROWS: readonly Row[] = [
  ...[CANCELLED, DEADLINE_EXCEEDED, ABORTED, OUT_OF_RANGE, UNAVAILABLE, DATA_LOSS].map(
    (code): Row => ({ fault: `status ${code} once`, grpc: [{ code, times: 1 }], expected: PASSES }),
  ),
  { fault: 'UNAVAILABLE five times', grpc: [{ code: UNAVAILABLE, times: 5 }], expected: PASSES },
  ...[UNKNOWN, INVALID_ARGUMENT, UNIMPLEMENTED, INTERNAL, RESOURCE_EXHAUSTED].map(
    (code): Row => ({ fault: `status ${code}`, grpc: [{ code }], expected: REFUSED }),
  ),
  {
    fault: 'RESOURCE_EXHAUSTED with RetryInfo of 1 s',
    grpc: [{ code: RESOURCE_EXHAUSTED, headers: details(1), times: 1 }],
    orders: ONE,
    pause: 1_000,
    expected: { lines: [FAILS, WORKS] },
  },
  {
    fault: 'UNAVAILABLE with RetryInfo of 1000 s',
    grpc: [{ code: UNAVAILABLE, headers: details(0xe8, 0x07) }],
    orders: { patience: 1_500 },
    requests: 4,
    expected: { lost: { exit: 60 }, lines: [FAILS, LOST] },
  },
  {
    fault: 'a message larger than the server takes',
    grpc: [
      { code: RESOURCE_EXHAUSTED, message: 'grpc: received message larger than max (2 vs. 1)', times: 6 },
    ],
    expected: {},
  },
  {
    fault: 'no answer at first',
    grpc: [{ delay: 60_000, times: 1 }],
    env: IMPATIENT,
    expected: { outages: 1, duplicates: 60 },
  },
  {
    fault: 'a partial success',
    grpc: [{ response: { partialSuccess: { rejectedSpans: 1, errorMessage: 'too old' } } }],
    orders: ONE,
    expected: { lost: { rejected: 1 }, lines: [/refused 1 spans: too old/, LOST] },
  },
];

table(ROWS, ['grpc']);
