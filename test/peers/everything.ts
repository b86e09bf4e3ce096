/** What `apps/everything.cjs` records, as any faithful backend must decode it. */
import type { ReceivedLog, ReceivedMetric, ReceivedSpan } from '../support/receivers/index.ts';

export const EVERYTHING = `${import.meta.dirname}/apps/everything.cjs`;

type Key = 'server' | 'query' | 'producer' | 'chat' | 'inner' | 'consumer';
/** The ids that the application printed: what the API gave it, so what a backend must show. */
export type Ids = Record<Key, { readonly traceId: string; readonly spanId: string }>;

export function idsOf(stdout: string): Ids {
  return JSON.parse(stdout) as Ids;
}

/** Nanoseconds since the epoch of the application's moments. */
export const at = (nanoseconds: number): bigint => 1_790_000_000_000_000_000n + BigInt(nanoseconds);

export const SERVER_ATTRIBUTES = {
  'http.request.method': 'POST',
  'http.route': '/orders/:id',
  'http.response.status_code': 500,
  'url.path': '/orders/7',
  text: 'grüße 🦊',
  empty: '',
  yes: true,
  no: false,
  whole: 9007199254740991,
  negative: -7,
  fraction: 0.1,
  strings: ['a', 'b'],
  numbers: [1, 2, 3],
  fractions: [0.5, 1.5],
  flags: [true, false],
};

const TOPIC = { 'messaging.system': 'kafka', 'messaging.destination.name': 'orders' };
const UNSET = { code: 'UNSET', message: '' };
const FROM_PARENT = 0x100;
const SAMPLED = 1;

/** A span without what differs from run to run. */
export function essence(span: ReceivedSpan): Record<string, unknown> {
  const { traceId, spanId, parentSpanId, name, kind, start, end, status, attributes, service } = span;
  const events = span.events.map(({ name, time, attributes }) => ({ name, time, attributes }));
  const links = span.links.map(({ traceId, spanId, attributes }) => ({ traceId, spanId, attributes }));
  const scope = `${span.scope.name}@${span.scope.version}`;
  const dropped = span.droppedAttributesCount + span.droppedEventsCount + span.droppedLinksCount;
  return {
    traceId,
    spanId,
    parentSpanId,
    name,
    kind,
    start,
    end,
    status,
    attributes,
    service,
    events,
    links,
    scope,
    dropped,
    sampled: (span.flags & SAMPLED) !== 0,
    remoteParent: span.flags >= FROM_PARENT ? (span.flags & 0x200) !== 0 : undefined,
  };
}

/** The spans in the order of their start. */
export function expectedSpans(ids: Ids): Record<string, unknown>[] {
  const common = {
    service: 'shop',
    scope: 'everything@1.2.3',
    dropped: 0,
    events: [],
    links: [],
    status: UNSET,
    sampled: true,
    remoteParent: false,
  };
  const root = { ...common, parentSpanId: undefined };
  const child = { ...common, parentSpanId: ids.server.spanId };
  return [
    {
      ...root,
      ...ids.server,
      name: 'POST /orders/:id',
      kind: 'SERVER',
      start: at(1),
      end: at(999_999_999),
      status: { code: 'ERROR', message: 'order failed' },
      attributes: SERVER_ATTRIBUTES,
      events: [
        {
          name: 'exception',
          time: at(900),
          attributes: {
            'exception.type': 'TypeError',
            'exception.message': 'no such order: ⛔',
            'exception.stacktrace': 'TypeError: no such order: ⛔\n    at order.js:1',
          },
        },
        { name: 'retry', time: at(901), attributes: { attempt: 1, ok: false, delays: [0.5, 1] } },
      ],
    },
    {
      ...child,
      ...ids.query,
      name: 'SELECT',
      kind: 'CLIENT',
      start: at(100),
      end: at(223),
      attributes: {
        'db.system.name': 'postgresql',
        'db.query.text': 'SELECT 1',
        'server.address': 'db.internal',
      },
    },
    {
      ...child,
      ...ids.producer,
      name: 'send orders',
      kind: 'PRODUCER',
      start: at(300),
      end: at(401),
      attributes: { ...TOPIC, 'messaging.operation': 'send' },
    },
    {
      ...child,
      ...ids.chat,
      name: 'chat model-1',
      kind: 'CLIENT',
      start: at(500),
      end: at(601),
      attributes: {
        'gen_ai.operation.name': 'chat',
        'gen_ai.request.model': 'model-1',
        'gen_ai.usage.input_tokens': 12,
      },
    },
    {
      ...child,
      ...ids.inner,
      name: 'compute',
      kind: 'INTERNAL',
      start: at(700),
      end: at(801),
      attributes: {},
      status: { code: 'OK', message: '' },
    },
    {
      ...root,
      ...ids.consumer,
      name: 'receive orders',
      kind: 'CONSUMER',
      start: at(2000),
      end: at(2001),
      attributes: { ...TOPIC, 'messaging.operation': 'receive' },
      links: [{ ...ids.producer, attributes: { relation: 'sent by', hops: 1 } }],
    },
  ];
}

export function expectSpans(spans: readonly ReceivedSpan[], ids: Ids): void {
  const sorted = [...spans].sort((one, other) => Number(one.start - other.start));
  expect(sorted.map(essence)).toEqual(expectedSpans(ids));
}

export function expectMetrics(metrics: readonly ReceivedMetric[]): void {
  const metric = (name: string) => metrics.filter((candidate) => candidate.name === name);
  expect(metric('orders')).toMatchObject([
    {
      type: 'sum',
      monotonic: true,
      temporality: 'CUMULATIVE',
      unit: '{order}',
      description: 'Orders taken.',
      points: [
        { value: 2, attributes: { kind: 'small' } },
        { value: 3, attributes: { kind: 'large' } },
      ],
    },
  ]);
  expect(metric('open')).toMatchObject([{ type: 'sum', monotonic: false, points: [{ value: -4 }] }]);
  expect(metric('temperature')).toMatchObject([
    { type: 'gauge', points: [{ value: 36.6, attributes: { where: 'inside' } }] },
  ]);
  expect(metric('duration')).toMatchObject([
    { unit: 's', points: [{ count: 3n, sum: expect.closeTo(4.3), min: 0.1, max: 4 }] },
  ]);
}

export function expectLogs(logs: readonly ReceivedLog[], ids: Ids): void {
  expect(
    logs.map(({ body, severityText, severityNumber, attributes, traceId, spanId }) => ({
      body,
      severityText,
      severityNumber,
      attributes,
      traceId,
      spanId,
    })),
  ).toEqual([
    {
      body: 'slow',
      severityText: 'WARN',
      severityNumber: 13,
      attributes: { attempt: 2, reasons: ['a', 'b'] },
      ...ids.inner,
    },
    {
      body: { order: 7, lines: [{ sku: 'x' }] },
      severityText: 'INFO',
      severityNumber: 9,
      attributes: {},
      traceId: undefined,
      spanId: undefined,
    },
  ]);
}
