import { once } from 'node:events';
import http2 from 'node:http2';
import { type AddressInfo, createServer } from 'node:net';
import path from 'node:path';
import { otlpExporter } from '../../../exporters/otlp/index.ts';
import { VERSION } from '../../../src/core/index.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { testHost } from '../support/host.ts';
import { fixture, grpcReceiver, httpReceiver } from '../support/receivers.ts';
import { settingsOf } from '../support/settings.ts';
import { exportOnce, someLogs, someMetrics, someSpans } from '../support/telemetry.ts';

const P = 'OTEL_EXPORTER_OTLP';

function start(env: Record<string, string>) {
  const test = testHost();
  const { settings, problems } = settingsOf(otlpExporter, env);
  const otlp = otlpExporter.create(settings, test.host);
  const traces = otlp.traces?.();
  return { ...test, problems: [...problems, ...test.problems], report: test.problems, otlp, traces };
}

type Started = ReturnType<typeof start>;

async function exportAll({ otlp }: Started): Promise<number[]> {
  const [traces, logs] = [otlp.traces?.(), otlp.logs?.()];
  const metrics = otlp.metrics?.() as Parameters<
    typeof exportOnce<Awaited<ReturnType<typeof someMetrics>>>
  >[0];
  const results = [
    await exportOnce(traces, someSpans()),
    await exportOnce(metrics, await someMetrics()),
    await exportOnce(logs, someLogs()),
  ];
  await Promise.all([traces?.shutdown(), logs?.shutdown()]);
  return results.map(({ code }) => code);
}

async function exportSpans({ traces }: Started, spans = someSpans()) {
  const result = await exportOnce(traces, spans);
  await traces?.shutdown();
  return result;
}

const NAMES = [
  ['GET /cart', 'charge'],
  ['http.requests', 'http.duration', 'queue.length'],
  ['cart is\nempty'],
];

describe.each([
  ['http/protobuf', httpReceiver, ['/v1/traces', '/v1/metrics', '/v1/logs']],
  ['http/json', httpReceiver, ['/v1/traces', '/v1/metrics', '/v1/logs']],
  [
    'grpc',
    grpcReceiver,
    ['trace.v1.TraceService', 'metrics.v1.MetricsService', 'logs.v1.LogsService'].map(
      (service) => `/opentelemetry.proto.collector.${service}/Export`,
    ),
  ],
] as const)('%s', (protocol, receive, paths) => {
  test('all three signals arrive with headers and the distro in the User-Agent', async () => {
    await using receiver = await receive();
    const started = start({
      [`${P}_PROTOCOL`]: protocol,
      [`${P}_ENDPOINT`]: `http://127.0.0.1:${receiver.port}`,
      [`${P}_HEADERS`]: 'X-Api-Key=s%20ecret',
    });
    expect(await exportAll(started)).toEqual([0, 0, 0]);
    expect(receiver.received.map(({ path }) => path)).toEqual(paths);
    expect(receiver.received.map(({ names }) => names)).toEqual(NAMES);
    for (const { headers } of receiver.received) {
      expect(headers['x-api-key']).toBe('s ecret');
      expect(headers['user-agent']).toMatch(
        new RegExp(`^signalbox/${VERSION} OTel-OTLP-Exporter-JavaScript/`),
      );
    }
    expect(started.problems).toEqual([]);
    expect(started.loaded.includes('@grpc/grpc-js')).toBe(protocol === 'grpc');
  });

  test('gzip', async () => {
    await using receiver = await receive();
    const started = start({
      [`${P}_PROTOCOL`]: protocol,
      [`${P}_ENDPOINT`]: `http://127.0.0.1:${receiver.port}`,
      [`${P}_COMPRESSION`]: 'gzip',
    });
    const spans = Array.from({ length: 10 }, someSpans).flat();
    expect(await exportSpans(started, spans)).toEqual({ code: 0 });
    const [request] = receiver.received;
    // grpc-js keeps grpc-encoding to itself; there is a test below.
    if (protocol !== 'grpc') expect(request?.headers['content-encoding']).toBe('gzip');
    expect(request?.names).toEqual(spans.map(({ name }) => name));
  });

  test('TLS with a CA file, and mutual TLS with client certificate and key', async () => {
    await using receiver = await receive({ tls: 'mutual' });
    const env = {
      [`${P}_PROTOCOL`]: protocol,
      [`${P}_ENDPOINT`]: `https://localhost:${receiver.port}`,
      [`${P}_CERTIFICATE`]: fixture('ca.pem'),
    };
    expect((await exportSpans(start({ ...env, [`${P}_TIMEOUT`]: '1000' }))).code).toBe(1);
    const client = {
      [`${P}_CLIENT_CERTIFICATE`]: fixture('client.pem'),
      [`${P}_CLIENT_KEY`]: fixture('client.key'),
    };
    expect(await exportSpans(start({ ...env, ...client }))).toEqual({ code: 0 });
    expect(receiver.received.map(({ names }) => names)).toEqual([NAMES[0]]);
  });

  test('a certificate that is not trusted is refused', async () => {
    await using receiver = await receive({ tls: 'server' });
    const started = start({
      [`${P}_PROTOCOL`]: protocol,
      [`${P}_ENDPOINT`]: `https://localhost:${receiver.port}`,
      [`${P}_TIMEOUT`]: '1000',
    });
    expect((await exportSpans(started)).code).toBe(1);
    expect(receiver.received).toEqual([]);
  });

  test('no answer within the timeout fails the export', async () => {
    await using receiver = await receive({ silent: true });
    const started = start({
      [`${P}_PROTOCOL`]: protocol,
      [`${P}_ENDPOINT`]: `http://127.0.0.1:${receiver.port}`,
      [`${P}_TIMEOUT`]: '100',
    });
    expect(await exportSpans(started)).toMatchObject({ code: 1, error: expect.anything() });
  });

  test('timeout 0 is no limit, so an answer may come', async () => {
    await using receiver = await receive();
    const endpoint = `http://127.0.0.1:${receiver.port}`;
    const started = start({
      [`${P}_PROTOCOL`]: protocol,
      [`${P}_ENDPOINT`]: endpoint,
      [`${P}_TIMEOUT`]: '0',
    });
    expect(await exportSpans(started)).toEqual({ code: 0 });
  });

  test('a refused port and a plain port under https fail the export, and no more', async () => {
    const plain = createServer((socket) =>
      socket.on('error', () => {}).end('no TLS here\n', () => socket.destroy()),
    );
    await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve));
    const { port } = plain.address() as { port: number };
    const env = { [`${P}_PROTOCOL`]: protocol, [`${P}_TIMEOUT`]: '500' };
    expect((await exportSpans(start({ ...env, [`${P}_ENDPOINT`]: `https://127.0.0.1:${port}` }))).code).toBe(
      1,
    );
    await new Promise((resolve) => plain.close(resolve));
    expect((await exportSpans(start({ ...env, [`${P}_ENDPOINT`]: `http://127.0.0.1:${port}` }))).code).toBe(
      1,
    );
  });
});

test('credentials in the endpoint are sent as basic authentication and never described', async () => {
  await using viaHttp = await httpReceiver();
  await using viaGrpc = await grpcReceiver();
  const started = start({
    [`${P}_TRACES_ENDPOINT`]: `http://user:pass@127.0.0.1:${viaHttp.port}/v1/traces?key=k`,
    [`${P}_LOGS_PROTOCOL`]: 'grpc',
    [`${P}_LOGS_ENDPOINT`]: `http://user:pass@127.0.0.1:${viaGrpc.port}`,
  });
  expect(await exportSpans(started)).toEqual({ code: 0 });
  const logs = started.otlp.logs?.();
  await exportOnce(logs, someLogs());
  await logs?.shutdown();
  const basic = `Basic ${Buffer.from('user:pass').toString('base64')}`;
  expect(viaHttp.received[0]?.headers.authorization).toBe(basic);
  expect(viaGrpc.received[0]?.headers.authorization).toBe(basic);
  expect(started.otlp.describe()).toBe(
    `traces http/protobuf to 127.0.0.1:${viaHttp.port}; metrics http/protobuf to localhost:4318; logs grpc to 127.0.0.1:${viaGrpc.port}`,
  );
});

test('what is smaller than 1 KB is not packed over HTTP', async () => {
  await using receiver = await httpReceiver();
  const started = start({
    [`${P}_ENDPOINT`]: `http://127.0.0.1:${receiver.port}`,
    [`${P}_COMPRESSION`]: 'gzip',
  });
  expect(await exportSpans(started)).toEqual({ code: 0 });
  expect(receiver.received[0]?.headers['content-encoding']).toBeUndefined();
});

test('gRPC requests say that they are packed', async () => {
  const server = http2.createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const encoding = new Promise((resolve) => {
    server.on('stream', (stream, headers) => {
      stream.respond(
        { ':status': 200, 'content-type': 'application/grpc', 'grpc-status': '12' },
        { endStream: true },
      );
      resolve(headers['grpc-encoding']);
    });
  });
  const started = start({
    [`${P}_PROTOCOL`]: 'grpc',
    [`${P}_ENDPOINT`]: `http://127.0.0.1:${port}`,
    [`${P}_COMPRESSION`]: 'gzip',
  });
  expect(await exportSpans(started)).toMatchObject({
    code: 1,
    error: { message: expect.stringContaining('UNIMPLEMENTED') },
  });
  expect(await encoding).toBe('gzip');
  await new Promise((resolve) => server.close(resolve));
});

test('gRPC over a Unix socket', async () => {
  const socket = path.join(temporaryDirectory(), 'otlp.sock');
  await using receiver = await grpcReceiver({ address: `unix:${socket}` });
  const started = start({ [`${P}_PROTOCOL`]: 'grpc', [`${P}_ENDPOINT`]: `unix://${socket}` });
  expect(await exportSpans(started)).toEqual({ code: 0 });
  expect(receiver.received).toHaveLength(1);
});

test('gRPC without a scheme uses TLS, unless told to be insecure', async () => {
  await using secure = await grpcReceiver({ tls: 'server' });
  await using plain = await grpcReceiver();
  const env = {
    [`${P}_PROTOCOL`]: 'grpc',
    [`${P}_CERTIFICATE`]: fixture('ca.pem'),
    [`${P}_TIMEOUT`]: '2000',
  };
  expect((await exportSpans(start({ ...env, [`${P}_ENDPOINT`]: `localhost:${secure.port}` }))).code).toBe(0);
  const insecure = { ...env, [`${P}_ENDPOINT`]: `127.0.0.1:${plain.port}`, [`${P}_INSECURE`]: 'true' };
  expect((await exportSpans(start(insecure))).code).toBe(0);
});
