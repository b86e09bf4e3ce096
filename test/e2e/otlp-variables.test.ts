/** Each variable of OTEL_EXPORTER_OTLP_*, as a running application follows it. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCertificates } from '../support/certificates.ts';
import { type OtlpReceiver, PROTOCOLS, startOtlpReceiver } from '../support/receivers/index.ts';
import { runApp } from '../support/run-app.ts';

type Variables = Record<string, string | undefined>;

const run = (env: Variables) =>
  runApp({ app: 'logs-and-metrics.cjs', env: { OTEL_SERVICE_NAME: 'shop', ...env } }).exit;

/** What arrived, as signal and path, each once, sorted. */
const arrivals = ({ requests }: OtlpReceiver): string[] =>
  [...new Set(requests.map(({ signal, protocol, path }) => `${signal} ${protocol} ${path}`))].sort();

test.each([
  ['unset', undefined, 'http/protobuf'],
  ['http/protobuf', 'http/protobuf', 'http/protobuf'],
  ['http/json', 'http/json', 'http/json'],
  ['HTTP/JSON, in capitals', 'HTTP/JSON', 'http/json'],
])('OTEL_EXPORTER_OTLP_PROTOCOL: %s', async (_, value, protocol) => {
  await using receiver = await startOtlpReceiver('http/protobuf');
  await run({ OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, OTEL_EXPORTER_OTLP_PROTOCOL: value });
  expect(arrivals(receiver)).toEqual(
    ['logs', 'metrics', 'traces'].map((signal) => `${signal} ${protocol} /v1/${signal}`),
  );
});

test('OTEL_EXPORTER_OTLP_TRACES_PROTOCOL and _ENDPOINT beat the general ones, for traces only', async () => {
  await using general = await startOtlpReceiver('http/json');
  await using forTraces = await startOtlpReceiver('grpc');
  await run({
    ...general.env,
    OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'grpc',
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: forTraces.url,
  });
  expect(arrivals(general)).toEqual(['logs http/json /v1/logs', 'metrics http/json /v1/metrics']);
  expect(forTraces.spans).toHaveLength(1);
});

test('OTEL_EXPORTER_OTLP_ENDPOINT keeps its path and gets /v1/… behind it; a signal of its own is taken as it is', async () => {
  await using receiver = await startOtlpReceiver('http/protobuf');
  await run({
    OTEL_EXPORTER_OTLP_ENDPOINT: `${receiver.url}/tenant/`,
    OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: `${receiver.url}/elsewhere/v1/logs`,
  });
  expect(arrivals(receiver)).toEqual([
    'logs http/protobuf /elsewhere/v1/logs',
    'metrics http/protobuf /tenant/v1/metrics',
    'traces http/protobuf /tenant/v1/traces',
  ]);
});

describe.each(PROTOCOLS)('over %s', (protocol) => {
  test('OTEL_EXPORTER_OTLP_HEADERS, also per signal', async () => {
    await using receiver = await startOtlpReceiver(protocol);
    await run({
      ...receiver.env,
      OTEL_EXPORTER_OTLP_HEADERS: 'api-key=a%20b,tenant=one',
      OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'tenant=two',
    });
    const headers = (signal: string) =>
      receiver.requests.find((request) => request.signal === signal)?.headers;
    expect(headers('logs')).toMatchObject({ 'api-key': 'a b', tenant: 'one' });
    expect(headers('traces')).toMatchObject({ tenant: 'two' });
  });

  test('OTEL_EXPORTER_OTLP_COMPRESSION=gzip', async () => {
    await using receiver = await startOtlpReceiver(protocol);
    await run({ ...receiver.env, OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip' });
    expect(receiver.requests.map(({ encoding }) => encoding)).toEqual(['gzip', 'gzip', 'gzip']);
    expect(receiver.spans).toHaveLength(1);
  });

  test('OTEL_EXPORTER_OTLP_CERTIFICATE: a server of an own authority is trusted, with it only', async () => {
    const { ca, server } = createCertificates();
    await using receiver = await startOtlpReceiver(protocol, { tls: server });
    await using files = await temporary({ 'ca.pem': ca });
    await run(receiver.env);
    expect(receiver.spans).toHaveLength(0);
    await run({ ...receiver.env, OTEL_EXPORTER_OTLP_CERTIFICATE: files.path('ca.pem') });
    expect(receiver.spans).toHaveLength(1);
  });

  test('OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE and _CLIENT_KEY: mutual TLS', async () => {
    const { ca, server, client } = createCertificates();
    await using receiver = await startOtlpReceiver(protocol, { tls: { ...server, ca } });
    await using files = await temporary({ 'ca.pem': ca, 'key.pem': client.key, 'cert.pem': client.cert });
    await run({
      ...receiver.env,
      OTEL_EXPORTER_OTLP_CERTIFICATE: files.path('ca.pem'),
      OTEL_EXPORTER_OTLP_CLIENT_KEY: files.path('key.pem'),
      OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE: files.path('cert.pem'),
    });
    expect(receiver.spans).toHaveLength(1);
  });
});

interface Files extends AsyncDisposable {
  path(name: string): string;
}

async function temporary(files: Record<string, string>): Promise<Files> {
  const folder = await mkdtemp(join(tmpdir(), 'signalbox-'));
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
  return {
    path: (name) => join(folder, name),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}
