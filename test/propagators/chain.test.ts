/** One trace through real processes: dd-trace, Signalbox, plain OpenTelemetry and B3, in turn. */
import type { DatadogSpan } from '../support/datadog-agent.ts';
import { Fleet, type Hop } from './support/chain.ts';
import { splitTraceState } from './support/propagators.ts';

type Backend = 'otlp' | 'datadog';

const signalbox = (backend: Backend, env: Record<string, string> = {}) => ({
  preload: 'signalbox',
  env: { SIGNALBOX_BACKEND: backend, ...env },
});
const withB3 = { OTEL_PROPAGATORS: 'datadog,tracecontext,b3,b3multi,baggage' };

const SERVICES = {
  ddtrace: { preload: 'datadog.cjs', env: { TRACER: 'datadog' } },
  plain: { preload: 'otel.cjs', env: {} },
  b3: { preload: 'otel.cjs', env: { STYLE: 'b3' } },
  b3multi: { preload: 'otel.cjs', env: { STYLE: 'b3multi' } },
  otlp: signalbox('otlp'),
  datadog: signalbox('datadog'),
  'otlp+b3': signalbox('otlp', withB3),
  'datadog+b3': signalbox('datadog', withB3),
};

type Service = keyof typeof SERVICES;

let fleet: Fleet<Service>;

beforeAll(async () => {
  fleet = await Fleet.start<Service>(SERVICES);
}, 60_000);

afterAll(() => fleet.stop());

let traces = 0;

/** A caller with everything a Datadog front-end and a W3C one say, of a trace of its own. */
function caller() {
  const high = '640cfd8d00000000';
  const low = `abcdefab${(++traces).toString(16).padStart(8, '0')}`;
  const traceId = high + low;
  const headers = {
    'x-datadog-trace-id': String(BigInt(`0x${low}`)),
    'x-datadog-parent-id': '987654321',
    'x-datadog-sampling-priority': '2',
    'x-datadog-origin': 'rum',
    'x-datadog-tags': `_dd.p.tid=${high},_dd.p.dm=-4,_dd.p.usr.id=42`,
    traceparent: `00-${traceId}-000000003ade68b1-01`,
    tracestate: 'dd=s:2;o:rum;t.dm:-4;t.usr.id:42,congo=t61rcWkgMzE',
    baggage: 'tenant=acme%20inc,plan=gold',
  };
  return { traceId, low, headers };
}

/** The id of the span that sent the headers. */
function senderOf({ headers }: Hop): string | undefined {
  const b3Single = headers.b3?.split('-')[1];
  return headers.traceparent?.slice(36, 52) ?? b3Single ?? headers['x-b3-spanid'];
}

function expectOneTrace(hops: readonly Hop[], traceId: string): void {
  for (const hop of hops) {
    expect(hop.span.traceId).toBe(traceId);
    // The server span's parent is the client span of the service in front of it.
    expect(hop.span.parentId).toBe(senderOf(hop));
    expect(decodeURIComponent(hop.headers.baggage ?? '')).toBe('tenant=acme inc,plan=gold');
  }
  expect(new Set(hops.map(({ span }) => span.spanId)).size).toBe(hops.length);
}

const hex = (id: bigint): string => id.toString(16).padStart(16, '0');

/** The Agent's spans of a trace, by span id, as soon as there are so many. */
async function atAgent(low: string, count: number): Promise<Map<string, DatadogSpan>> {
  const ofTrace = () => fleet.agent.spans.filter(({ trace_id }) => hex(trace_id) === low);
  await fleet.agent.until(() => ofTrace().length >= count);
  return new Map(ofTrace().map((span) => [hex(span.span_id), span]));
}

async function atReceiver(traceId: string, count: number) {
  const ofTrace = () => fleet.receiver.spans.filter((span) => span.traceId === traceId);
  await fleet.receiver.waitForSpans(() => ofTrace().length >= count);
  return new Map(ofTrace().map((span) => [span.spanId, span]));
}

/** What the Agent was told about a server span, its local root, and the request it passed on. */
async function expectAtAgent(hop: Hop, next: Hop, low: string): Promise<void> {
  const spans = await atAgent(low, 2);
  const root = spans.get(hop.span.spanId);
  const client = spans.get(senderOf(next) as string);
  expect(hex(root?.parent_id ?? 0n)).toBe(senderOf(hop));
  expect(root?.metrics._sampling_priority_v1).toBe(2);
  expect(root?.meta).toMatchObject({
    '_dd.p.tid': '640cfd8d00000000',
    '_dd.p.dm': '-4',
    '_dd.p.usr.id': '42',
    '_dd.origin': 'rum',
  });
  expect(hex(client?.parent_id ?? 0n)).toBe(hop.span.spanId);
  expect(client?.meta['_dd.origin']).toBe('rum');
  expect(client?.meta['_dd.parent_id']).toBeUndefined();
}

async function expectAtReceiver(hop: Hop, next: Hop, traceId: string): Promise<void> {
  const spans = await atReceiver(traceId, 2);
  expect(spans.get(hop.span.spanId)).toMatchObject({
    parentSpanId: senderOf(hop),
    kind: 'SERVER',
    traceState: 'congo=t61rcWkgMzE',
  });
  expect(spans.get(senderOf(next) as string)).toMatchObject({
    parentSpanId: hop.span.spanId,
    kind: 'CLIENT',
    traceState: 'congo=t61rcWkgMzE',
  });
}

describe.each<[Backend, Backend]>([
  ['otlp', 'datadog'],
  ['datadog', 'otlp'],
])('Signalbox with %s and with %s', (first, second) => {
  test('between dd-trace and plain OpenTelemetry', async () => {
    const { traceId, low, headers } = caller();
    const hops = await fleet.send(['ddtrace', first, 'plain', second, 'ddtrace'], headers);
    expect(hops).toHaveLength(5);
    expectOneTrace(hops, traceId);
    const [, before, plain, after, last] = hops as [Hop, Hop, Hop, Hop, Hop];
    expect(last.span).toMatchObject({ priority: 2, decisionMaker: '-4', origin: 'rum' });
    const { dd, others } = splitTraceState(last.headers.tracestate);
    expect(others).toEqual(['congo=t61rcWkgMzE']);
    expect(dd).toMatchObject({ s: '2', o: 'rum', 't.dm': '-4', 't.usr.id': '42', p: senderOf(last) });
    expect(last.headers).toMatchObject({
      'x-datadog-trace-id': headers['x-datadog-trace-id'],
      'x-datadog-sampling-priority': '2',
      'x-datadog-origin': 'rum',
      'x-datadog-tags': headers['x-datadog-tags'],
    });
    for (const { headers: each } of hops)
      expect(each.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-0[13]$/);

    const [toAgent, toReceiver] = first === 'datadog' ? [before, after] : [after, before];
    const behind = (hop: Hop): Hop => (hop === before ? plain : last);
    await expectAtAgent(toAgent, behind(toAgent), low);
    await expectAtReceiver(toReceiver, behind(toReceiver), traceId);
    // Behind the service that knows no Datadog, its last ancestor that does is the Signalbox before it.
    const parentId = (await atAgent(low, 2)).get(toAgent.span.spanId)?.meta['_dd.parent_id'];
    expect(parentId).toBe(toAgent === after ? senderOf(plain) : undefined);
  });

  test.each(['b3', 'b3multi'] as const)('with services that know only %s in between', async (style) => {
    const { traceId, low, headers } = caller();
    const hops = await fleet.send(['ddtrace', `${first}+b3`, style, `${second}+b3`, 'ddtrace'], headers);
    expect(hops).toHaveLength(5);
    expectOneTrace(hops, traceId);
    // B3 carries the decision, not who made it, nor origin or tracestate.
    expect(hops.at(-1)?.span).toMatchObject({ priority: 1 });
    expect(hops.at(-1)?.span.origin).toBeUndefined();
    const spans = await atAgent(low, 2);
    const ours = (first === 'datadog' ? hops[1] : hops[3]) as Hop;
    expect(hex(spans.get(ours.span.spanId)?.parent_id ?? 0n)).toBe(senderOf(ours));
    expect((await atReceiver(traceId, 2)).size).toBe(2);
  });

  test('with B3 beside the default styles nothing is lost', async () => {
    const { traceId, headers } = caller();
    const hops = await fleet.send(['ddtrace', `${first}+b3`, `${second}+b3`, 'plain', 'ddtrace'], headers);
    expectOneTrace(hops, traceId);
    const [, , third] = hops as [Hop, Hop, Hop];
    expect(third.headers).toMatchObject({
      b3: `${traceId}-${senderOf(third)}-1`,
      'x-b3-traceid': traceId,
      'x-datadog-tags': headers['x-datadog-tags'],
    });
    const last = hops.at(-1) as Hop;
    expect(last.span).toMatchObject({ priority: 2, decisionMaker: '-4', origin: 'rum' });
    expect(splitTraceState(last.headers.tracestate).others).toEqual(['congo=t61rcWkgMzE']);
  });

  test('a context of another trace becomes a link of the local root, in both backends', async () => {
    const { traceId, low, headers } = caller();
    const other = 'f'.repeat(31);
    const hops = await fleet.send([first, second], {
      ...headers,
      traceparent: `00-${other}1-00f067aa0ba902b7-01`,
      tracestate: 'congo=t61rcWkgMzE',
    });
    const [front, back] = hops as [Hop, Hop];
    expect([front.span.traceId, back.span.traceId]).toEqual([traceId, traceId]);
    const attributes = { reason: 'terminated_context', context_headers: 'tracecontext' };
    if (first === 'otlp') {
      const spans = await atReceiver(traceId, 2);
      expect(spans.get(front.span.spanId)?.links).toMatchObject([
        { traceId: `${other}1`, spanId: '00f067aa0ba902b7', attributes },
      ]);
      const client = spans.get(senderOf(back) as string);
      expect(client?.links).toEqual([]);
    } else {
      const spans = await atAgent(low, 2);
      const root = spans.get(front.span.spanId);
      const links = root?.span_links ?? JSON.parse(root?.meta['_dd.span_links'] ?? '[]');
      expect(links).toHaveLength(1);
      expect(links[0]).toMatchObject({ attributes });
      expect(JSON.stringify(links, (_, value) => (typeof value === 'bigint' ? hex(value) : value))).toContain(
        '00f067aa0ba902b7',
      );
      expect(spans.get(senderOf(back) as string)?.span_links).toBeUndefined();
    }
  });
});
