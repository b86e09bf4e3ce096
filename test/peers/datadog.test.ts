/** The same application with SIGNALBOX_BACKEND=datadog, against programs that decode the Agent's protocol. */
import type { ReceivedSpan } from '../support/receivers/index.ts';
import { runApp } from '../support/run-app.ts';
import { at, EVERYTHING, type Ids, idsOf } from './everything.ts';
import { type AgentSpan, describeWith, startCollector, startTestAgent } from './support/index.ts';

const IDENTITY = { DD_SERVICE: 'shop', DD_ENV: 'test', DD_VERSION: '4.5.6', OTEL_METRICS_EXPORTER: 'none' };

/** Runs `everything.cjs` to its end, sending traces to this address. */
async function record(url: string, variables: Record<string, string> = {}) {
  const env = { SIGNALBOX_BACKEND: 'datadog', ...IDENTITY, DD_TRACE_AGENT_URL: url, ...variables };
  const { code, stdout, stderr } = await runApp({ app: EVERYTHING, env }).exit;
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.not.stringMatching(/WARN|ERROR/) });
  return idsOf(stdout);
}

const low = (hex: string): bigint => BigInt(`0x${hex.slice(-16)}`);
const key = ({ meta, span_id }: AgentSpan): string => `${meta['otel.trace_id']}-${span_id}`;

/** Service, operation, resource and type of each span, which are what dashboards hang on. */
const NAMES: Readonly<Record<keyof Ids, readonly [name: string, resource: string, type: string]>> = {
  server: ['http.server.request', 'POST /orders/:id', 'web'],
  query: ['postgresql.query', 'SELECT 1', 'sql'],
  producer: ['kafka.send', 'send orders', 'custom'],
  chat: ['client.request', 'chat model-1', 'llm'],
  inner: ['internal', 'compute', 'custom'],
  consumer: ['kafka.receive', 'receive orders', 'custom'],
};

const PARENTS: Partial<Record<keyof Ids, keyof Ids>> = {
  query: 'server',
  producer: 'server',
  chat: 'server',
  inner: 'server',
};

const KEYS = Object.keys(NAMES) as (keyof Ids)[];

function byKey(spans: readonly AgentSpan[], ids: Ids): Record<keyof Ids, AgentSpan> {
  const found = new Map(spans.map((span) => [key(span), span]));
  const entries = KEYS.map((name) => [name, found.get(`${ids[name].traceId}-${low(ids[name].spanId)}`)]);
  expect(found.size).toBe(KEYS.length);
  expect(entries.filter(([, span]) => span === undefined)).toEqual([]);
  return Object.fromEntries(entries) as Record<keyof Ids, AgentSpan>;
}

describeWith('testAgent', "Datadog's test agent decodes", () => {
  test('one of everything, and none of its checks fails', async () => {
    await using agent = await startTestAgent();
    const ids = await record(agent.url);
    const spans = byKey((await agent.traces()).flat(), ids);

    for (const name of KEYS) {
      const [operation, resource, type] = NAMES[name];
      const parent = PARENTS[name];
      expect(spans[name]).toMatchObject({
        service: 'shop',
        name: operation,
        resource,
        type,
        trace_id: low(ids[name].traceId),
        span_id: low(ids[name].spanId),
        parent_id: parent ? low(ids[parent].spanId) : 0n,
        error: name === 'server' ? 1 : 0,
        meta: {
          env: 'test',
          version: '4.5.6',
          language: 'javascript',
          '_dd.p.tid': ids[name].traceId.slice(0, 16),
          'otel.trace_id': ids[name].traceId,
          'otel.scope.name': 'everything',
          'otel.scope.version': '1.2.3',
          'telemetry.distro.name': 'signalbox',
        },
      });
    }
    expect(spans.server).toMatchObject({ start: at(1), duration: 999_999_998n });
    expect(spans.query).toMatchObject({ start: at(100), duration: 123n });

    for (const { headers } of await agent.requests()) {
      expect(headers).toMatchObject({
        'Content-Type': 'application/msgpack',
        'Datadog-Meta-Lang': 'nodejs',
        'Datadog-Client-Computed-Top-Level': 'yes',
        'Datadog-Send-Real-Http-Status': 'yes',
      });
    }

    expect(await agent.failures()).toBe('');
    const checks = await agent.checks();
    for (const check of [
      'trace_count_header',
      'meta_tracer_version_header',
      'trace_content_length',
      'meta_events_is_valid_json',
    ]) {
      expect(checks[check]).toEqual({
        Passed_Checks: expect.any(Number),
        Failed_Checks: 0,
        Skipped_Checks: 0,
      });
      expect(checks[check]?.Passed_Checks).toBeGreaterThan(0);
    }
  });

  test('attributes of every type, error, marks and sampling', async () => {
    await using agent = await startTestAgent();
    const ids = await record(agent.url);
    const { server, query, inner } = byKey((await agent.traces()).flat(), ids);
    expect(server.meta).toMatchObject({
      'span.kind': 'server',
      'http.method': 'POST',
      'http.route': '/orders/:id',
      'http.status_code': '500',
      text: 'grüße 🦊',
      yes: 'true',
      no: 'false',
      strings: '["a","b"]',
      numbers: '[1,2,3]',
      fractions: '[0.5,1.5]',
      flags: '[true,false]',
      'otel.status_code': 'Error',
      'error.message': 'no such order: ⛔',
      'error.type': 'TypeError',
      'error.stack': 'TypeError: no such order: ⛔\n    at order.js:1',
    });
    expect(server.metrics).toMatchObject({
      whole: 9007199254740991,
      negative: -7,
      fraction: 0.1,
      '_dd.top_level': 1,
      _sampling_priority_v1: 1,
    });
    expect(query.metrics).toMatchObject({ '_dd.measured': 1 });
    expect(inner.meta).toMatchObject({ 'otel.status_code': 'Ok' });
    expect(inner.metrics).not.toHaveProperty(['_dd.top_level']);
  });

  test('events and links', async () => {
    await using agent = await startTestAgent();
    const ids = await record(agent.url);
    const { server, consumer } = byKey((await agent.traces()).flat(), ids);
    expect(eventsOf(server)).toEqual([
      { name: 'exception', time_unix_nano: at(900) },
      { name: 'retry', time_unix_nano: at(901) },
    ]);
    expect(linksOf(consumer)).toEqual([{ ...ids.producer, attributes: { relation: 'sent by', hops: '1' } }]);
  });

  test('one trace of an instrumented web application, in one chunk', async () => {
    await using agent = await startTestAgent();
    const env = { SIGNALBOX_BACKEND: 'datadog', ...IDENTITY, DD_TRACE_AGENT_URL: agent.url };
    const { code } = await runApp({ app: 'http-express.mjs', args: ['--once'], env }).exit;
    expect(code).toBe(0);
    const traces = await agent.traces();
    expect(traces).toHaveLength(1);
    expect(traces[0]?.map(({ name, resource }) => `${name} ${resource}`).sort()).toEqual([
      'http.client.request GET',
      'http.client.request GET',
      'http.client.request GET',
      'http.server.request GET /',
      'http.server.request GET /by-fetch',
      'http.server.request GET /by-http',
      'internal request handler',
      'internal request handler',
      'internal request handler',
    ]);
    expect(await agent.failures()).toBe('');
  });

  test('the same over a Unix domain socket', async () => {
    await using agent = await startTestAgent();
    const ids = await record(agent.socketUrl);
    expect(Object.keys(byKey((await agent.traces()).flat(), ids))).toEqual(KEYS);
    expect(await agent.failures()).toBe('');
  });

  test('events with types of their own, once the Agent has said that it takes them', async () => {
    await using agent = await startTestAgent();
    const env = { SIGNALBOX_BACKEND: 'datadog', ...IDENTITY, DD_TRACE_AGENT_URL: agent.url };
    await using app = runApp({ app: EVERYTHING, args: ['--again'], env });
    await app.waitForLine(/^\{/);
    const native = async (): Promise<AgentSpan[]> =>
      (await agent.traces()).flat().filter(({ span_events }) => span_events !== undefined);
    // The exporter learns it from an answer that comes beside the first payloads.
    for (let times = 1; (await native()).length === 0 && times < 10; times++) {
      app.kill('SIGUSR2');
      await app.waitForLine(new RegExp(`^again ${times}$`));
    }
    const [server] = await native();
    expect(server?.meta).not.toHaveProperty('events');
    expect(server?.span_events).toMatchObject([
      {
        name: 'exception',
        time_unix_nano: at(900),
        attributes: { 'exception.type': { type: 0, string_value: 'TypeError' } },
      },
      {
        name: 'retry',
        time_unix_nano: at(901),
        attributes: {
          attempt: { type: 2, int_value: 1 },
          ok: { type: 1, bool_value: false },
          delays: {
            type: 4,
            array_value: { values: [{ type: 3, double_value: 0.5 }, { double_value: 1 }] },
          },
        },
      },
    ]);
    expect(await agent.failures()).toBe('');
  });

  test('the checks do fail on a wrong payload', async () => {
    await using agent = await startTestAgent();
    const headers = { 'content-type': 'application/json', 'x-datadog-trace-count': '2' };
    await fetch(`${agent.url}/v0.4/traces`, { method: 'PUT', headers, body: '[]' });
    expect(await agent.failures()).toMatch(/does not match actual number of traces/);
  });
});

/** Events, whether they came in the field of their own or as JSON among the tags. */
function eventsOf({ span_events, meta }: AgentSpan): unknown[] {
  const events =
    span_events ??
    (JSON.parse((meta.events ?? '[]').replace(/"time_unix_nano":(\d+)/g, '"time_unix_nano":"$1"')) as Record<
      string,
      unknown
    >[]);
  return events.map(({ name, time_unix_nano }) => ({ name, time_unix_nano: BigInt(String(time_unix_nano)) }));
}

/** Links, whether they came in the field of their own or as JSON among the tags. */
function linksOf({ span_links, meta }: AgentSpan): unknown[] {
  if (!span_links) {
    const links = JSON.parse(meta['_dd.span_links'] ?? '[]') as Record<string, unknown>[];
    return links.map(({ trace_id, span_id, attributes }) => ({
      traceId: trace_id,
      spanId: span_id,
      attributes,
    }));
  }
  const hex = (value: unknown): string => BigInt(String(value)).toString(16).padStart(16, '0');
  return span_links.map(({ trace_id, trace_id_high, span_id, attributes }) => ({
    traceId: hex(trace_id_high ?? 0) + hex(trace_id),
    spanId: hex(span_id),
    attributes,
  }));
}

describeWith('collector', "the Collector's Datadog receiver decodes", () => {
  test('one of everything: ids, parents, kinds, times, names, errors, attributes', async () => {
    await using collector = await startCollector();
    const ids = await record(collector.datadogUrl);
    const { spans } = await collector.finish();
    expect(spans).toHaveLength(KEYS.length);
    const find = (name: keyof Ids): ReceivedSpan | undefined =>
      spans.find(({ spanId }) => spanId === ids[name].spanId);

    for (const name of KEYS) {
      const [operation, resource] = NAMES[name];
      const parent = PARENTS[name];
      const span = find(name);
      expect(span).toMatchObject({ ...ids[name], service: 'shop', name: operation });
      expect(span?.parentSpanId).toBe(parent && ids[parent].spanId);
      expect(span?.attributes['dd.span.Resource']).toBe(resource);
      expect(span?.status.code).toBe(name === 'server' ? 'ERROR' : 'OK');
    }
    expect(KEYS.map((name) => find(name)?.kind)).toEqual([
      'SERVER',
      'CLIENT',
      'PRODUCER',
      'CLIENT',
      'INTERNAL',
      'CONSUMER',
    ]);
    expect(find('server')).toMatchObject({ start: at(1), end: at(999_999_999) });
    expect(find('server')?.attributes).toMatchObject({
      text: 'grüße 🦊',
      fraction: 0.1,
      strings: '["a","b"]',
    });
  });

  test('with fan-out, the same trace as over OTLP', async () => {
    await using direct = await startCollector();
    await using datadog = await startCollector();
    const backends = { SIGNALBOX_BACKEND: 'otlp,datadog', ...direct.env('http/protobuf') };
    const ids = await record(datadog.datadogUrl, backends);
    const shape = ({ traceId, spanId, parentSpanId, kind, start, end, service }: ReceivedSpan) => ({
      traceId,
      spanId,
      parentSpanId,
      kind,
      start,
      end,
      service,
    });
    const sorted = (spans: readonly ReceivedSpan[]) =>
      [...spans].sort((one, other) => Number(one.start - other.start)).map(shape);
    const over = { otlp: (await direct.finish()).spans, datadog: (await datadog.finish()).spans };
    expect(sorted(over.otlp).map(({ spanId }) => spanId)).toEqual(KEYS.map((name) => ids[name].spanId));
    expect(sorted(over.datadog)).toEqual(sorted(over.otlp));
  });
});
