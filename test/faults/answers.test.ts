/** Whatever a backend answers over HTTP. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expectAccounted, FAILS, LOST } from './support/accounted.ts';
import {
  always,
  bomb,
  close,
  first,
  hang,
  huge,
  inSeconds,
  larger,
  refusesOne,
  resetInAnswer,
  retryAfter,
  status,
  trickle,
  webPage,
} from './support/answers.ts';
import { Backend } from './support/backend.ts';
import { IMPATIENT, suffer } from './support/sufferer.ts';
import { type Row, table } from './support/table.ts';

/** Three requests or four of up to 20 spans each, which may go side by side. */
const SOME = 3;
const ALL = 4;
const PASSES = { outages: 1 };
/** What a timeout has sent twice. */
const LATE = { outages: 1, duplicates: 60 };
const REFUSED = { lost: { rejected: 60 }, lines: [FAILS, LOST] };
/** A single request, so that a pause is one between the first two. */
const ONE = { spans: 20, chunk: 20 };
/** Nothing is sent any more until the process ends, and nothing then. */
const WAITS = {
  orders: { patience: 1_500 },
  requests: ALL,
  expected: { lost: { exit: 60 }, lines: [FAILS, LOST] },
};

const ROWS: readonly Row[] = [
  ...[429, 502, 503, 504].map(
    (code): Row => ({
      fault: `${code} a few times`,
      http: () => first(SOME, status(code)),
      expected: PASSES,
    }),
  ),
  ...[429, 503].flatMap((code): Row[] => [
    {
      fault: `${code}, Retry-After: 0`,
      http: () => first(SOME, retryAfter(code, '0')),
      requests: SOME + 2 * ALL,
      expected: PASSES,
    },
    {
      fault: `${code}, Retry-After: 1`,
      http: () => first(1, retryAfter(code, '1')),
      orders: ONE,
      pause: 1_000,
      expected: PASSES,
    },
    {
      fault: `${code}, Retry-After: a date in 2 to 3 s`,
      http: () => first(1, (...answer) => retryAfter(code, inSeconds(3))(...answer)),
      orders: ONE,
      pause: 1_900,
      expected: PASSES,
    },
    {
      fault: `${code}, Retry-After: garbage`,
      http: () => first(SOME, retryAfter(code, 'soon, perhaps')),
      expected: PASSES,
    },
    { fault: `${code}, Retry-After: 30`, http: () => always(retryAfter(code, '30')), ...WAITS },
    { fault: `${code}, Retry-After: 1e9 s`, http: () => always(retryAfter(code, '1000000000')), ...WAITS },
  ]),
  { fault: 'no answer at first', http: () => first(SOME, hang), env: IMPATIENT, expected: LATE },
  { fault: 'an answer that trickles', http: () => first(SOME, trickle), env: IMPATIENT, expected: LATE },
  { fault: 'a reset within the answer', http: () => first(SOME, resetInAnswer), expected: PASSES },
  { fault: 'a connection closed without a word', http: () => first(SOME, close), expected: PASSES },
  { fault: '413 above 1000 bytes', http: () => larger(1_000, 413), expected: {} },
  {
    fault: '400 "too large" above 1000 bytes',
    only: ['http/protobuf'],
    http: () => larger(1_000, 400, 'request body too large'),
    expected: {},
  },
  { fault: '413 whatever comes', http: () => always(status(413)), expected: REFUSED },
  { fault: '400', http: () => always(status(400)), expected: REFUSED },
  { fault: '415', http: () => always(status(415)), expected: REFUSED },
  {
    fault: 'a partial success',
    only: ['http/protobuf'],
    http: () => refusesOne,
    orders: ONE,
    expected: { lost: { rejected: 1 }, lines: [/refused 1 spans: too old/, LOST] },
  },
  { fault: 'a web page with status 200', http: () => first(SOME, webPage), expected: PASSES },
  {
    // The request has probably arrived, and is not sent again.
    fault: 'an answer of 5 MiB',
    only: ['http/protobuf'],
    http: () => always(huge),
    expected: REFUSED,
  },
  { fault: 'a gzip bomb', only: ['http/protobuf'], http: () => first(SOME, bomb), expected: PASSES },
  {
    fault: 'an answer of 5 MiB',
    only: ['datadog'],
    rates: `"${'x'.repeat(5 * 1024 * 1024)}"`,
    expected: { lines: [/not JSON/] },
  },
];

table(ROWS, ['http/protobuf', 'datadog']);

describe.each(['http/protobuf', 'datadog'] as const)('%s: a redirect', (wire) => {
  test.each([301, 302, 307, 308])('%s is not followed', async (code) => {
    const followed: string[] = [];
    const elsewhere = createServer(({ url = '' }, response) => {
      followed.push(url);
      response.end();
    }).listen(0, '127.0.0.1');
    await once(elsewhere, 'listening');
    const location = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/v1/traces`;
    await using backend = await Backend.start(wire, { http: always(status(code, { location })) });
    await using sufferer = suffer({ ...backend.env(), OTEL_EXPORTER_OTLP_HEADERS: 'api-key=secret' });
    const outcome = await sufferer.outcome;
    elsewhere.close();
    expectAccounted(outcome, backend.ids(), REFUSED);
    expect(followed).toEqual([]);
    expect(outcome.exit.stderr).not.toContain('secret');
  });
});
