/** Whatever a backend answers over HTTP. */
import { FAILS, LOST, WORKS } from './support/accounted.ts';
import {
  always,
  bomb,
  close,
  first,
  hang,
  huge,
  inSeconds,
  larger,
  resetInAnswer,
  retryAfter,
  status,
  trickle,
  webPage,
} from './support/answers.ts';
import { type Row, table } from './support/table.ts';

/** Three requests of 20 spans each; they may go side by side. */
const ALL = 3;
const PASSES = { lines: [FAILS, WORKS] };
/** Nothing is sent any more, until the end of the process takes what is left. */
const WAITS = { orders: { patience: 1_500 }, requests: ALL };
const REFUSED = { lost: { rejected: 60 }, lines: [FAILS, LOST] };

const ROWS: readonly Row[] = [
  ...[429, 502, 503, 504].map(
    (code): Row => ({
      fault: `${code} a few times`,
      http: () => first(ALL, status(code)),
      expected: PASSES,
    }),
  ),
  ...[429, 503].flatMap((code): Row[] => [
    {
      fault: `${code} with Retry-After: 0`,
      http: () => first(ALL, retryAfter(code, '0')),
      requests: 9,
      expected: PASSES,
    },
    {
      fault: `${code} with Retry-After: 1`,
      http: () => first(1, retryAfter(code, '1')),
      pause: 950,
      expected: PASSES,
    },
    {
      fault: `${code} with a date in 3 s`,
      http: () => first(1, (response) => retryAfter(code, inSeconds(3))(response, Buffer.alloc(0))),
      pause: 1_950,
      expected: PASSES,
    },
    {
      fault: `${code} with garbage in Retry-After`,
      http: () => first(ALL, retryAfter(code, 'soon, perhaps')),
      expected: PASSES,
    },
    {
      fault: `${code} with Retry-After: 30`,
      http: () => always(retryAfter(code, '30')),
      ...WAITS,
      expected: { lost: { shutdown: 60 }, lines: [FAILS, LOST] },
    },
    {
      fault: `${code} with Retry-After: 1000000000`,
      http: () => always(retryAfter(code, '1000000000')),
      ...WAITS,
      expected: { lost: { shutdown: 60 }, lines: [FAILS, LOST] },
    },
  ]),
  { fault: 'no answer at first', http: () => first(ALL, hang), expected: PASSES },
  { fault: 'an answer that trickles', http: () => first(ALL, trickle), expected: PASSES },
  { fault: 'a reset within the answer', http: () => first(ALL, resetInAnswer), expected: PASSES },
  { fault: 'a connection closed without a word', http: () => first(ALL, close), expected: PASSES },
  {
    fault: '413 for all that is larger than 1000 bytes',
    http: () => larger(1_000, 413),
    expected: { lines: [] },
  },
  {
    fault: '400 too large',
    only: ['http/protobuf'],
    http: () => larger(1_000, 400, 'request body too large'),
    expected: { lines: [] },
  },
  { fault: '413 for whatever comes', http: () => always(status(413)), expected: REFUSED },
  { fault: '400', http: () => always(status(400)), expected: REFUSED },
  { fault: '415', http: () => always(status(415)), expected: REFUSED },
  { fault: '200 with a web page', http: () => first(ALL, webPage), expected: PASSES },
  { fault: 'an answer of 5 MiB', http: () => first(ALL, huge), expected: {} },
  { fault: 'a gzip bomb', http: () => first(ALL, bomb), expected: {} },
];

table(ROWS, ['http/protobuf', 'datadog']);
