import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { HttpTransport } from '../../../exporters/otlp/http-transport.ts';
import type { Outcome } from '../../../src/core/index.ts';
import { testHost } from '../support/host.ts';

/** One request to a server that answers as the listener does. */
async function exchange(listener: RequestListener, timeout = 5_000) {
  let requests = 0;
  const server = createServer((request, response) => {
    requests++;
    listener(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/traces`;
  const transport = new HttpTransport({ url, headers: {}, compression: 'none', tls: {} }, testHost().host);
  const outcome = await transport.send(Buffer.from('body'), timeout);
  transport.shutdown();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  return { outcome, requests };
}

const status =
  (code: number, headers: Record<string, string> = {}, body: string | Buffer = ''): RequestListener =>
  (_request, response) =>
    void response.writeHead(code, headers).end(body);

const PROTOBUF = { 'content-type': 'application/x-protobuf' };
const JSON_TYPE = { 'content-type': 'application/json' };
/** `partial_success { rejected: 3, error_message: "old" }`, by hand from the specification of protobuf. */
const PARTIAL = Buffer.from(`0a0708031203${Buffer.from('old').toString('hex')}`, 'hex');

test.each<[what: string, listener: RequestListener, kind: Outcome['kind'], more?: object]>([
  ['200 with an empty body', status(200), 'delivered'],
  ['200 with an empty message', status(200, PROTOBUF), 'delivered'],
  ['200 with partial success', status(200, PROTOBUF, PARTIAL), 'delivered', { rejected: 3, reason: 'old' }],
  [
    '200 with partial success in JSON, the number as text',
    status(200, JSON_TYPE, '{"partialSuccess":{"rejectedSpans":"3","errorMessage":"old"}}'),
    'delivered',
    { rejected: 3, reason: 'old' },
  ],
  [
    "the Collector's own full success",
    status(200, JSON_TYPE, '{"partialSuccess":{}}'),
    'delivered',
    { kind: 'delivered' },
  ],
  ['200 and a web page', status(200, { 'content-type': 'text/html' }, '<html>Log in</html>'), 'retry'],
  ['200 and an empty web page', status(200, { 'content-type': 'text/html' }), 'retry'],
  ['200 and nonsense', status(200, PROTOBUF, 'not protobuf'), 'retry'],
  ['200 and JSON that is no object', status(200, JSON_TYPE, '[]'), 'retry'],
  ['200 and more than 4 MiB', status(200, PROTOBUF, Buffer.alloc(5 * 1024 * 1024)), 'rejected'],
  [
    '200 and a small gzip of very much',
    status(200, { ...PROTOBUF, 'content-encoding': 'gzip' }, gzipSync(Buffer.alloc(50 * 1024 * 1024))),
    'retry',
  ],
  ['302', status(302, { location: 'http://elsewhere/' }), 'rejected'],
  ['400', status(400), 'rejected'],
  [
    '400 because it is too large, as the Collector says it',
    status(400, {}, 'request body too large'),
    'split',
  ],
  ['401', status(401), 'paused'],
  ['403', status(403), 'paused'],
  ['404', status(404), 'rejected'],
  ['408', status(408), 'rejected'],
  ['413', status(413), 'split'],
  ['415', status(415), 'rejected'],
  ['500', status(500), 'rejected'],
  ['429', status(429), 'retry'],
  ['502', status(502), 'retry'],
  ['503', status(503), 'retry'],
  ['504', status(504), 'retry'],
  ['503 with Retry-After in seconds', status(503, { 'retry-after': '3' }), 'retry', { after: 3_000 }],
  ['503 with Retry-After: 0', status(503, { 'retry-after': '0' }), 'retry', { after: 0 }],
  [
    '503 with a Retry-After of the past',
    status(503, { 'retry-after': new Date(0).toUTCString() }),
    'retry',
    { after: 0 },
  ],
  ['a closed connection', (request) => void request.socket.destroy(), 'retry'],
  [
    'a connection that breaks within the answer',
    (_request, response) => {
      response.writeHead(200, { ...PROTOBUF, 'content-length': '100' });
      response.write('half', () => response.destroy());
    },
    'retry',
  ],
])('%s', async (_what, listener, kind, more = {}) => {
  const { outcome, requests } = await exchange(listener);
  expect(outcome).toMatchObject({ kind, ...more });
  expect(requests).toBe(1);
  if (more && Object.keys(more).length === 1 && 'kind' in more) expect(outcome).toEqual(more);
});

test('Retry-After that is no time says nothing', async () => {
  const { outcome } = await exchange(status(429, { 'retry-after': 'soon' }));
  expect(outcome).not.toHaveProperty('after');
});

test('Retry-After may be a date', async () => {
  const in10 = new Date(Date.now() + 10_000).toUTCString();
  const { outcome } = await exchange(status(429, { 'retry-after': in10 }));
  expect((outcome as { after: number }).after).toBeGreaterThan(8_000);
  expect((outcome as { after: number }).after).toBeLessThanOrEqual(10_000);
});

test.each<[what: string, listener: RequestListener]>([
  ['no answer', () => {}],
  [
    'an answer that trickles in',
    (_request, response) => {
      response.writeHead(200);
      const drip = setInterval(() => response.write('.'), 5);
      response.on('close', () => clearInterval(drip));
    },
  ],
])('%s is over when the timeout is', async (_what, listener) => {
  const { outcome } = await exchange(listener, 60);
  expect(outcome).toMatchObject({ kind: 'retry' });
});

test('nobody listening, and an unknown host', async () => {
  for (const url of ['http://127.0.0.1:9/', 'http://name.invalid:4318/']) {
    const transport = new HttpTransport({ url, headers: {}, compression: 'gzip', tls: {} }, testHost().host);
    expect(await transport.send(Buffer.alloc(1), 5_000)).toMatchObject({ kind: 'retry' });
    transport.shutdown();
  }
});
