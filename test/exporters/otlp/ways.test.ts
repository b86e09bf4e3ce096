import { once } from 'node:events';
import http from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import path from 'node:path';
import { otlpExporter } from '../../../exporters/otlp/index.ts';
import { knowsProxies } from '../../../exporters/otlp/proxy.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { testHost } from '../support/host.ts';
import { settingsOf } from '../support/settings.ts';
import { exportOnce, someSpans } from '../support/telemetry.ts';

const P = 'OTEL_EXPORTER_OTLP';

async function exportSpans(env: Record<string, string>) {
  const { settings, problems } = settingsOf(otlpExporter, env);
  const otlp = otlpExporter.create(settings, testHost().host);
  const traces = otlp.traces?.();
  const result = await exportOnce(traces, someSpans());
  await traces?.shutdown();
  return { code: result.code, problems, description: otlp.describe() };
}

/** A server that answers everything with 200 and remembers what it was asked for. */
async function server(address: string | number) {
  const requests: { url: string; headers: http.IncomingHttpHeaders }[] = [];
  const own = http.createServer((request, response) => {
    requests.push({ url: request.url ?? '', headers: request.headers });
    request.resume().on('end', () => response.end());
  });
  if (typeof address === 'string') own.listen(address);
  else own.listen(address, '127.0.0.1');
  await once(own, 'listening');
  return {
    requests,
    server: own,
    port: (own.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      own.closeAllConnections();
      await new Promise((resolve) => own.close(resolve));
    },
  };
}

test('HTTP over a Unix socket', async () => {
  const socket = path.join(temporaryDirectory(), 'otlp.sock');
  await using receiver = await server(socket);
  const { code, problems, description } = await exportSpans({ [`${P}_ENDPOINT`]: `unix://${socket}` });
  expect([code, problems]).toEqual([0, []]);
  expect(receiver.requests.map(({ url }) => url)).toEqual(['/v1/traces']);
  expect(description).toBe(`http/protobuf to unix:${socket}`);
});

const withProxies = knowsProxies(process.versions.node) ? describe : describe.skip;

withProxies('a proxy', () => {
  test('is asked for http://, with the whole address', async () => {
    await using proxy = await server(0);
    const { code } = await exportSpans({
      [`${P}_ENDPOINT`]: 'http://collector.invalid:4318',
      http_proxy: `http://me:secret@127.0.0.1:${proxy.port}`,
    });
    expect(code).toBe(0);
    expect(proxy.requests.map(({ url }) => url)).toEqual(['http://collector.invalid:4318/v1/traces']);
    const basic = `Basic ${Buffer.from('me:secret').toString('base64')}`;
    expect(proxy.requests[0]?.headers['proxy-authorization']).toBe(basic);
  });

  test('is asked for a tunnel for https://', async () => {
    await using proxy = await server(0);
    const tunnels: string[] = [];
    proxy.server.on('connect', (request, socket) => {
      tunnels.push(request.url ?? '');
      connect(9, '127.0.0.1').on('error', () => socket.destroy());
    });
    await exportSpans({
      [`${P}_ENDPOINT`]: 'https://collector.invalid',
      [`${P}_TIMEOUT`]: '300',
      HTTPS_PROXY: `http://127.0.0.1:${proxy.port}`,
    });
    expect(tunnels[0]).toBe('collector.invalid:443');
  });

  test('is not asked for what NO_PROXY names, nor for this machine', async () => {
    await using proxy = await server(0);
    await using receiver = await server(0);
    const HTTP_PROXY = `http://127.0.0.1:${proxy.port}`;
    const endpoint = `http://127.0.0.1:${receiver.port}`;
    expect((await exportSpans({ [`${P}_ENDPOINT`]: endpoint, HTTP_PROXY })).code).toBe(0);
    const none = {
      [`${P}_ENDPOINT`]: 'http://collector.invalid',
      NO_PROXY: '.invalid',
      [`${P}_TIMEOUT`]: '300',
    };
    expect((await exportSpans({ ...none, HTTP_PROXY })).code).toBe(1);
    expect([proxy.requests.length, receiver.requests.length]).toEqual([0, 1]);
  });
});

test.each([
  ['22.15.0', false],
  ['22.21.0', true],
  ['23.11.0', false],
  ['24.4.1', false],
  ['24.5.0', true],
  ['25.0.0', true],
])('Node.js %s can use a proxy: %s', (version, can) => expect(knowsProxies(version)).toBe(can));
