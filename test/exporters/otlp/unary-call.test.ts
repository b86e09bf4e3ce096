/** gRPC without grpc-js, against servers of grpc-js: what the thread that sends at the exit speaks. */
import { once } from 'node:events';
import http from 'node:http';
import http2 from 'node:http2';
import net, { type AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { GrpcTransportOptions } from '../../../exporters/otlp/grpc-transport.ts';
import { UnaryCall } from '../../../exporters/otlp/unary-call.ts';
import { createCertificates } from '../../support/certificates.ts';
import { startOtlpReceiver } from '../../support/receivers/index.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { testHost } from '../support/host.ts';
import { grpcReceiver } from '../support/receivers.ts';

const METHOD = '/opentelemetry.proto.collector.trace.v1.TraceService/Export';

function callTo(options: Partial<GrpcTransportOptions> & { readonly address: string }): UnaryCall {
  const defaults = {
    secure: false,
    method: METHOD,
    headers: { 'x-key': 'k' },
    compression: 'none' as const,
    tls: {},
    userAgent: 'test/1',
  };
  return new UnaryCall({ ...defaults, ...options }, testHost().host);
}

/** An empty request is a valid one. */
const NOTHING = new Uint8Array();

async function sendOnce(call: UnaryCall, timeout = 5_000) {
  const outcome = await call.send(NOTHING, timeout);
  call.shutdown();
  return outcome;
}

test.each(['none', 'gzip'] as const)('a call with compression %s', async (compression) => {
  await using backend = await startOtlpReceiver('grpc');
  const call = callTo({ address: `127.0.0.1:${backend.port}`, compression });
  expect(await call.send(NOTHING, 5_000)).toEqual({ kind: 'delivered' });
  expect(await sendOnce(call)).toEqual({ kind: 'delivered' });
  expect(backend.requests).toHaveLength(2);
  const [request] = backend.requests;
  expect(request?.encoding).toBe(compression === 'gzip' ? 'gzip' : 'identity');
  expect(request?.headers).toMatchObject({ 'x-key': 'k', 'user-agent': 'test/1' });
});

test('partial success', async () => {
  await using backend = await startOtlpReceiver('grpc');
  backend.respondWith({ response: { partialSuccess: { rejectedSpans: 3, errorMessage: 'no' } } });
  expect(await sendOnce(callTo({ address: `127.0.0.1:${backend.port}` }))).toEqual({
    kind: 'delivered',
    rejected: 3,
    reason: 'no',
  });
});

test.each([
  [14, 'retry'],
  [16, 'paused'],
  [3, 'rejected'],
  [8, 'rejected'],
] as const)('status %i means %s', async (code, kind) => {
  await using backend = await startOtlpReceiver('grpc');
  backend.respondWith({ code });
  expect(await sendOnce(callTo({ address: `127.0.0.1:${backend.port}` }))).toMatchObject({ kind });
});

test('TLS with a client certificate, as an Uint8Array as another thread has it', async () => {
  const { ca, server, client } = createCertificates();
  await using backend = await startOtlpReceiver('grpc', { tls: { ...server, ca } });
  const [caBytes, cert, key] = [ca, client.cert, client.key].map((pem) => new TextEncoder().encode(pem));
  const tls = { ca: caBytes, cert, key } as unknown as GrpcTransportOptions['tls'];
  const address = `localhost:${backend.port}`;
  expect(await sendOnce(callTo({ address, secure: true, tls }))).toEqual({ kind: 'delivered' });
  const without = { ca: caBytes } as unknown as GrpcTransportOptions['tls'];
  expect(await sendOnce(callTo({ address, secure: true, tls: without }))).toMatchObject({ kind: 'retry' });
  expect(await sendOnce(callTo({ address, secure: true }))).toMatchObject({ kind: 'retry' });
});

test('a Unix socket', async () => {
  const path = join(temporaryDirectory(), 'otlp.sock');
  await using backend = await grpcReceiver({ address: `unix://${path}` });
  expect(await sendOnce(callTo({ address: `unix://${path}` }))).toEqual({ kind: 'delivered' });
  expect(backend.received).toHaveLength(1);
});

test('nobody listening', async () => {
  expect(await sendOnce(callTo({ address: '127.0.0.1:9' }))).toMatchObject({ kind: 'retry' });
});

test('a server that takes the connection and is silent', async () => {
  const server = net.createServer(() => {}).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  expect(await sendOnce(callTo({ address }), 100)).toMatchObject({
    kind: 'retry',
    reason: expect.stringContaining('no answer in time'),
  });
  server.close();
});

test('a server that speaks HTTP 1', async () => {
  const server = http.createServer((_request, response) => response.end('hello')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  expect(await sendOnce(callTo({ address }))).toMatchObject({ kind: 'retry' });
  server.close();
});

test.each([
  [401, 'paused'],
  [503, 'retry'],
  [404, 'rejected'],
  [200, 'retry'],
] as const)('a proxy that answers HTTP %i without a gRPC status means %s', async (status, kind) => {
  const server = http2
    .createServer((_request, response) => response.writeHead(status).end('no'))
    .listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  expect(await sendOnce(callTo({ address }))).toMatchObject({ kind });
  server.close();
});

test('a header that HTTP/2 does not allow fails the call, and throws nothing', async () => {
  await using backend = await startOtlpReceiver('grpc');
  const call = callTo({ address: `127.0.0.1:${backend.port}`, headers: { connection: 'close' } });
  expect(await sendOnce(call)).toMatchObject({ kind: 'retry' });
});
