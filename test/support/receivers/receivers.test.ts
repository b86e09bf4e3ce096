import { gzipSync } from 'node:zlib';
import * as grpc from '@grpc/grpc-js';
import { createCertificates } from '../certificates.ts';
import { runApp } from '../run-app.ts';
import { type OtlpReceiver, PROTOCOLS, type Protocol, startOtlpReceiver } from './index.ts';

const PLAIN_SDK = `${import.meta.dirname}/../plain-sdk.cjs`;

function runPlain(app: string, receiver: OtlpReceiver, env: Record<string, string> = {}) {
  return runApp({
    app,
    loader: 'none',
    nodeArgs: ['--require', PLAIN_SDK],
    env: { ...receiver.env, OTEL_SERVICE_NAME: 'shop', OTEL_LOGS_EXPORTER: 'otlp', ...env },
  });
}

describe.each(PROTOCOLS)('a receiver for %s', (protocol) => {
  test('reads spans as an official exporter sends them', async () => {
    await using receiver = await startOtlpReceiver(protocol);
    const { code } = await runPlain('manual-spans.cjs', receiver).exit;
    expect(code).toBe(0);
    expect(receiver.malformed).toEqual([]);
    expect(receiver.spans).toHaveLength(3);
    expect(receiver.spans[1]).toMatchObject({
      name: 'span 1',
      kind: 'INTERNAL',
      traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
      spanId: expect.stringMatching(/^[0-9a-f]{16}$/),
      parentSpanId: undefined,
      attributes: { index: 1, even: false },
      status: { code: 'UNSET', message: '' },
      service: 'shop',
      scope: { name: 'manual-spans', version: '1.2.3' },
      resource: {
        attributes: { 'telemetry.sdk.language': 'nodejs', 'process.command_args': expect.any(Array) },
      },
      request: { protocol, signal: 'traces', accepted: true },
    });
    const { start, end } = receiver.spans[1] as { start: bigint; end: bigint };
    expect(Math.abs(Number(start / 1_000_000n) - Date.now())).toBeLessThan(60_000);
    expect(end >= start).toBe(true);
  });

  test('reads metrics and logs', async () => {
    await using receiver = await startOtlpReceiver(protocol);
    await runPlain('logs-and-metrics.mjs', receiver, { OTEL_METRICS_EXPORTER: 'otlp' }).exit;
    expect(receiver.malformed).toEqual([]);
    const metric = (name: string) => receiver.metrics.find((candidate) => candidate.name === name);
    expect(metric('jobs.done')).toMatchObject({
      type: 'sum',
      unit: '{job}',
      monotonic: true,
      temporality: 'CUMULATIVE',
    });
    expect(metric('jobs.done')?.points.map(({ value, attributes }) => [attributes.kind, value])).toEqual([
      ['small', 2],
      ['large', 3],
    ]);
    expect(metric('job.duration')).toMatchObject({
      type: 'histogram',
      points: [{ count: 3n, min: 0.1, max: 4 }],
    });
    expect(metric('queue.length')).toMatchObject({ type: 'gauge', points: [{ value: 7 }] });
    expect(receiver.logs.map(({ body, severityText }) => [severityText, body])).toEqual([
      ['INFO', 'started'],
      ['ERROR', 'failed'],
    ]);
    const [span] = receiver.spans;
    expect(receiver.logs[1]).toMatchObject({
      traceId: span?.traceId,
      spanId: span?.spanId,
      attributes: { attempt: 1, reason: 'no reason' },
    });
  });

  test('takes gzip and TLS', async () => {
    const { ca, server } = createCertificates();
    await using receiver = await startOtlpReceiver(protocol, { tls: server });
    await using folder = await temporary({ 'ca.pem': ca });
    const { stderr } = await runPlain('manual-spans.mjs', receiver, {
      OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
      OTEL_EXPORTER_OTLP_CERTIFICATE: `${folder.path}/ca.pem`,
    }).exit;
    expect({ stderr, spans: receiver.spans.length }).toEqual({ stderr: '', spans: 3 });
    expect(receiver.requests[0]?.encoding).toBe('gzip');
  });

  test('answers as scripted and keeps what it refused out of its lists', async () => {
    await using receiver = await startOtlpReceiver(protocol);
    receiver.respondWith({ status: 503, code: grpc.status.UNAVAILABLE, times: 1 });
    expect(await send(receiver)).toBe(false);
    expect(await send(receiver)).toBe(true);
    expect(receiver.requests.map(({ accepted }) => accepted)).toEqual([false, true]);
    expect(receiver.spans).toHaveLength(1);
  });

  test('can take its time; the request is there before the answer', async () => {
    await using receiver = await startOtlpReceiver(protocol);
    receiver.respondWith({ delay: 200, times: 1 });
    const answered = send(receiver).then(() => 'answered');
    const arrived = receiver.waitForSpans(1).then(() => 'arrived');
    expect(await Promise.race([answered, arrived])).toBe('arrived');
    expect(await answered).toBe('answered');
  });

  test('accepts again after recover()', async () => {
    await using receiver = await startOtlpReceiver(protocol);
    receiver.respondWith({ status: 500, code: grpc.status.INTERNAL });
    expect(await send(receiver)).toBe(false);
    expect(await send(receiver)).toBe(false);
    receiver.recover();
    expect(await send(receiver)).toBe(true);
  });

  test('can break the connection, and serves the next one', async () => {
    await using receiver = await startOtlpReceiver(protocol);
    receiver.respondWith({ disconnect: true, times: 1 });
    expect(await send(receiver)).toBe(false);
    expect(await send(receiver)).toBe(true);
  });

  test('can be started again on the same port', async () => {
    const first = await startOtlpReceiver(protocol);
    await first.close();
    expect(await send(first)).toBe(false);
    await using second = await startOtlpReceiver(protocol, { port: first.port });
    expect(await send(second)).toBe(true);
  });
});

test('a client without a certificate is refused where one is asked for', async () => {
  const { ca, server, client } = createCertificates();
  for (const protocol of PROTOCOLS) {
    await using receiver = await startOtlpReceiver(protocol, { tls: { ...server, ca } });
    await using folder = await temporary({ 'ca.pem': ca, 'key.pem': client.key, 'cert.pem': client.cert });
    const trusted = {
      OTEL_EXPORTER_OTLP_CERTIFICATE: `${folder.path}/ca.pem`,
      OTEL_EXPORTER_OTLP_TIMEOUT: '1000',
    };
    await runPlain('manual-spans.cjs', receiver, trusted).exit;
    expect(receiver.spans).toHaveLength(0);
    await runPlain('manual-spans.cjs', receiver, {
      ...trusted,
      OTEL_EXPORTER_OTLP_CLIENT_KEY: `${folder.path}/key.pem`,
      OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE: `${folder.path}/cert.pem`,
    }).exit;
    expect(receiver.spans).toHaveLength(3);
  }
});

test('partial success and headers reach the client as scripted', async () => {
  await using receiver = await startOtlpReceiver('http/json');
  const response = { partialSuccess: { rejectedSpans: '1', errorMessage: 'too old' } };
  receiver.respondWith({ response, headers: { 'retry-after': '3' }, status: 202 });
  const answer = await postJson(receiver, '{}');
  expect([answer.status, answer.headers.get('retry-after'), await answer.json()]).toEqual([
    202,
    '3',
    response,
  ]);
});

describe('OTLP/JSON is read strictly', () => {
  test.each([
    ['a key in snake case', { resource_spans: [] }, 'has no field "resource_spans"'],
    ['an id in base64', span({ traceId: 'AAAAAAAAAAAAAAAAAAAAAA==' }), '32 hex digits'],
    ['an enum by name', span({ kind: 'SPAN_KIND_SERVER' }), 'a number for an enum'],
    ['a fractional time', span({ startTimeUnixNano: 1.5 }), 'a 64-bit number'],
    ['not JSON', '{', 'JSON'],
  ])('%s is refused', async (_, body, reason) => {
    await using receiver = await startOtlpReceiver('http/json');
    const { status } = await postJson(receiver, typeof body === 'string' ? body : JSON.stringify(body));
    expect(status).toBe(400);
    expect(receiver.malformed[0]).toContain(reason);
  });

  test('all kinds of value are read', async () => {
    await using receiver = await startOtlpReceiver('http/json');
    const values = [
      { stringValue: 'a' },
      { intValue: '9007199254740993' },
      { doubleValue: 'NaN' },
      { arrayValue: { values: [{ boolValue: false }] } },
      { kvlistValue: { values: [{ key: 'k', value: { intValue: 1 } }] } },
      { bytesValue: 'AQI=' },
      {},
    ];
    const attributes = values.map((value, index) => ({ key: String(index), value }));
    await postJson(receiver, JSON.stringify(span({ attributes })));
    expect(Object.values(receiver.spans[0]?.attributes ?? {})).toEqual([
      'a',
      9007199254740993n,
      Number.NaN,
      [false],
      { k: 1 },
      Buffer.from([1, 2]),
      undefined,
    ]);
  });
});

test('waiting ends with what is there, what comes, or an error that shows what came', async () => {
  await using receiver = await startOtlpReceiver('http/json');
  const waiting = receiver.waitForSpans((spans) => spans.some(({ name }) => name === 'second'));
  await postJson(receiver, JSON.stringify(span({ name: 'first' })));
  await postJson(receiver, JSON.stringify(span({ name: 'second' })));
  expect(await waiting).toHaveLength(2);
  expect(await receiver.waitForSpans(2)).toHaveLength(2);
  await expect(receiver.waitForSpans(3, 1)).rejects.toThrow(
    'No 3 spans within 1 ms. Got 2 requests, 2 spans (first, second)',
  );
});

function span(fields: object): object {
  return { resourceSpans: [{ scopeSpans: [{ spans: [fields] }] }] };
}

function postJson(receiver: OtlpReceiver, body: string): Promise<Response> {
  const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
  return fetch(`${receiver.url}/v1/traces`, { method: 'POST', headers, body: gzipSync(body) });
}

/** One span, by hand; true if it was accepted. Bytes: field 1 { field 2 { field 2 { field 5: "x" } } }. */
const ONE_SPAN = Buffer.from('0a07120512032a0178', 'hex');

function send(receiver: { protocol: Protocol; url: string; port: number }): Promise<boolean> {
  return receiver.protocol === 'grpc' ? sendGrpc(receiver.port) : sendHttp(receiver.url);
}

async function sendHttp(url: string): Promise<boolean> {
  const headers = { 'content-type': 'application/x-protobuf', connection: 'close' };
  const answer = await fetch(`${url}/v1/traces`, { method: 'POST', headers, body: ONE_SPAN }).catch(
    () => undefined,
  );
  return answer?.status === 200;
}

function sendGrpc(port: number): Promise<boolean> {
  const client = new grpc.Client(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
  const raw = (bytes: Buffer): Buffer => bytes;
  const method = '/opentelemetry.proto.collector.trace.v1.TraceService/Export';
  return new Promise((resolve) => {
    client.makeUnaryRequest(method, raw, raw, ONE_SPAN, (error) => {
      client.close();
      resolve(error === null);
    });
  });
}

async function temporary(
  files: Record<string, string>,
): Promise<AsyncDisposable & { readonly path: string }> {
  const { mkdtemp, rm, writeFile } = await import('node:fs/promises');
  const path = await mkdtemp(`${(await import('node:os')).tmpdir()}/signalbox-`);
  for (const [name, content] of Object.entries(files)) await writeFile(`${path}/${name}`, content);
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
}
