import { createServer } from 'node:net';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { createSpanDelivery, DestinationHealth } from '../../../exporters/index.ts';
import { otlpExporter } from '../../../exporters/otlp/index.ts';
import { testHost } from '../support/host.ts';
import { fixture, grpcReceiver, httpReceiver, type Receiver } from '../support/receivers.ts';
import { settingsOf } from '../support/settings.ts';

const P = 'OTEL_EXPORTER_OTLP';
const BATCH = { queueSize: 100, batchSize: 10, delay: 60_000, timeout: 300 };

/** The whole way of spans: provider, delivery, otlp exporter, socket. */
function pipeline(env: Record<string, string>) {
  const { host, lines, problems } = testHost();
  const { settings } = settingsOf(otlpExporter, { [`${P}_TIMEOUT`]: '900', ...env });
  const otlp = otlpExporter.create(settings, host);
  const exporter = otlp.traces?.();
  if (!exporter) throw new Error('no exporter');
  const health = new DestinationHealth('otlp', host, otlp.describe());
  const options = { shutdownTimeout: 100, retryDelay: 20 };
  const delivery = createSpanDelivery(exporter, BATCH, host, { name: 'otlp', health, options });
  const tracer = new TracerProvider({ spanProcessors: [delivery] }).getTracer('test');
  const send = async (name: string): Promise<void> => {
    tracer.startSpan(name).end();
    await delivery.forceFlush().catch(() => {});
  };
  const { stats } = { stats: () => delivery.delivery.stats() };
  return { send, lines, problems, stats, close: () => delivery.shutdown() };
}

async function plainServer(): Promise<Receiver> {
  const server = createServer((socket) =>
    socket.on('error', () => {}).end('plain\n', () => socket.destroy()),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as { port: number }).port,
    received: [],
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

const closed = async (): Promise<Receiver> => {
  const server = await plainServer();
  await server[Symbol.asyncDispose]();
  return { ...server, [Symbol.asyncDispose]: async () => {} };
};
const plainHttp = () => httpReceiver();
const tls = () => httpReceiver({ tls: 'server' });
const grpcTls = () => grpcReceiver({ tls: 'server' });
const grpc = 'grpc';
const http = 'http/protobuf';

test.each<[what: string, protocol: string, scheme: string, server: () => Promise<Receiver>, line: RegExp]>([
  ['a refused port', http, 'http', closed, /connection refused \(is the backend running/],
  ['a refused port', grpc, 'http', closed, /connection refused \(is the backend running/],
  [
    'https to a plain http port',
    http,
    'https',
    plainHttp,
    /TLS handshake failed \(is this port plain http\?\)/,
  ],
  [
    'https to a plain port',
    grpc,
    'https',
    () => grpcReceiver(),
    /(TLS|closed by the other side|UNAVAILABLE).*\?\)/,
  ],
  [
    'a certificate nobody knows',
    http,
    'https',
    tls,
    /certificate is not trusted \(set OTEL_EXPORTER_OTLP_CERTIFICATE/,
  ],
  [
    'a certificate nobody knows',
    grpc,
    'https',
    grpcTls,
    /certificate is not trusted \(set OTEL_EXPORTER_OTLP_CERTIFICATE/,
  ],
  ['http to a TLS port', http, 'http', tls, /closed by the other side \(does this port expect TLS/],
  ['HTTP to a gRPC port', http, 'http', () => grpcReceiver(), /not HTTP|closed by the other side/],
  [
    'a wrong path',
    http,
    'http',
    () => httpReceiver({ status: () => 404 }),
    /answered 404 Not Found \(check the path/,
  ],
  [
    'refused credentials',
    http,
    'http',
    () => httpReceiver({ status: () => 401 }),
    /401 Unauthorized \(check the credentials/,
  ],
  [
    'refused credentials',
    grpc,
    'http',
    () => grpcReceiver({ status: () => 16 }),
    /UNAUTHENTICATED\) \(check the credentials/,
  ],
  [
    'an overloaded backend',
    http,
    'http',
    () => httpReceiver({ status: () => 503 }),
    /answered 503 Service Unavailable/,
  ],
])('%s over %s is one line in plain words', async (_what, protocol, scheme, server, line) => {
  await using receiver = await server();
  const env = { [`${P}_PROTOCOL`]: protocol, [`${P}_ENDPOINT`]: `${scheme}://127.0.0.1:${receiver.port}` };
  const { send, lines, close } = pipeline(env);
  await send('first');
  await send('second');
  await close();
  expect(lines[0]).toMatch(line);
  expect(lines.slice(1).filter((other) => !other.includes('shut down with'))).toEqual([]);
  expect(lines[0]).toMatch(`warn otlp (${protocol} to 127.0.0.1:${receiver.port}): export of traces fails: `);
});

test('a backend that comes back has everything, and recovery is one line', async () => {
  await using receiver = await httpReceiver({ status: (request) => (request <= 2 ? 503 : 200) });
  const { send, lines, stats, close } = pipeline({ [`${P}_ENDPOINT`]: `http://127.0.0.1:${receiver.port}` });
  for (const name of ['a', 'b', 'c']) await send(name);
  await close();
  expect(lines).toEqual([
    expect.stringContaining('fails: the backend answered 503'),
    expect.stringMatching(/Lost meanwhile: nothing$/),
  ]);
  expect(stats()).toMatchObject({ accepted: 3, delivered: 3, rejected: 0, dropped: {} });
});

test('what the backend refuses for good is counted and said', async () => {
  await using receiver = await httpReceiver({ status: (request) => (request <= 2 ? 500 : 200) });
  const { send, lines, stats, close } = pipeline({ [`${P}_ENDPOINT`]: `http://127.0.0.1:${receiver.port}` });
  for (const name of ['lost', 'lost too', 'arrives']) await send(name);
  await close();
  expect(lines).toEqual([
    expect.stringContaining('fails: the backend answered 500'),
    expect.stringMatching(/Lost meanwhile: 2 spans$/),
  ]);
  expect(stats()).toMatchObject({ accepted: 3, delivered: 1, rejected: 2 });
});

test('gRPC: a port that is refused at first loses nothing', async () => {
  const probe = await plainServer();
  const { port } = probe;
  await probe[Symbol.asyncDispose]();
  const { send, stats, close } = pipeline({
    [`${P}_PROTOCOL`]: 'grpc',
    [`${P}_ENDPOINT`]: `http://127.0.0.1:${port}`,
  });
  await send('early');
  expect(stats()).toMatchObject({ accepted: 1, inMemory: 1 });
  await using receiver = await grpcReceiver({ address: `127.0.0.1:${port}` });
  for (let attempt = 0; attempt < 30 && stats().delivered === 0; attempt++) await send('later');
  await close();
  expect(receiver.received.flatMap(({ names }) => names)).toContain('early');
  expect(stats()).toMatchObject({ delivered: stats().accepted });
});

test('gRPC: one UNAVAILABLE loses nothing', async () => {
  await using receiver = await grpcReceiver({ status: (request) => (request === 1 ? 14 : 0) });
  const { send, stats, close } = pipeline({
    [`${P}_PROTOCOL`]: 'grpc',
    [`${P}_ENDPOINT`]: `http://127.0.0.1:${receiver.port}`,
  });
  await send('once refused');
  await close();
  expect(stats()).toMatchObject({ accepted: 1, delivered: 1 });
});

test('a missing CA file is one problem, and spans still go to where the CA is not needed', async () => {
  await using receiver = await httpReceiver();
  const env = {
    [`${P}_ENDPOINT`]: `http://127.0.0.1:${receiver.port}`,
    [`${P}_CERTIFICATE`]: fixture('none.pem'),
  };
  const { send, problems, close } = pipeline(env);
  await send('arrives');
  await close();
  expect(problems).toHaveLength(1);
  expect(receiver.received).toHaveLength(1);
});
