import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HttpTransport } from '../../../exporters/otlp/http-transport.ts';
import type { Host } from '../../../src/core/index.ts';
import { testHost } from '../support/host.ts';
import { httpReceiver } from '../support/receivers.ts';

/** A host whose delays are over at once, and remembered, and move its clock on. */
function hurriedHost() {
  const { host, time } = testHost();
  const delays: number[] = [];
  const after: Host['after'] = (delay, task) => {
    // A whole request is given its real time; a pause before a retry is skipped.
    if (delay > 9_000) return host.after(delay, task);
    delays.push(delay);
    time.now += delay;
    return host.after(0, task);
  };
  return { host: { ...host, after }, delays };
}

function transportTo(port: number, host: Host): HttpTransport {
  return new HttpTransport(
    { url: `http://127.0.0.1:${port}/v1/traces`, headers: {}, compression: 'none', tls: {} },
    host,
  );
}

test.each([429, 502, 503, 504])('%d once is sent again after a pause of about a second', async (status) => {
  await using receiver = await httpReceiver({ status: (request) => (request === 1 ? status : 200) });
  const { host, delays } = hurriedHost();
  const transport = transportTo(receiver.port, host);
  expect(await transport.send(Buffer.alloc(0), 60_000)).toMatchObject({ status: 'success' });
  transport.shutdown();
  expect(receiver.received).toHaveLength(2);
  expect(delays).toHaveLength(1);
  expect(Math.abs((delays[0] ?? 0) - 1_000)).toBeLessThanOrEqual(200);
});

test.each([400, 401, 403, 404, 413, 500])('%d is not sent again', async (status) => {
  await using receiver = await httpReceiver({ status: () => status });
  const transport = transportTo(receiver.port, hurriedHost().host);
  expect(await transport.send(Buffer.alloc(0), 60_000)).toMatchObject({
    status: 'failure',
    error: { code: status },
  });
  transport.shutdown();
  expect(receiver.received).toHaveLength(1);
});

test('after five retries the last status is what counts', async () => {
  await using receiver = await httpReceiver({ status: () => 503 });
  const transport = transportTo(receiver.port, hurriedHost().host);
  const answer = await transport.send(Buffer.alloc(0), 60_000);
  transport.shutdown();
  expect(answer).toMatchObject({ status: 'retryable', error: { code: 503 } });
  expect(receiver.received).toHaveLength(6);
});

test('an answer that trickles in is over when the timeout is', async () => {
  const server = createServer((_request, response) => {
    response.writeHead(200);
    const drip = setInterval(() => response.write('.'), 10);
    response.on('close', () => clearInterval(drip));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const transport = transportTo((server.address() as AddressInfo).port, testHost().host);
  expect(await transport.send(Buffer.alloc(0), 100)).toMatchObject({
    status: 'retryable',
    error: expect.anything(),
  });
  transport.shutdown();
  await new Promise((resolve) => server.close(resolve));
});

test.each<[what: string, headers: Record<string, string>, body: Buffer]>([
  ['a web page', { 'content-type': 'text/html; charset=utf-8' }, Buffer.from('<html>Log in</html>')],
  ['more than 4 MiB', {}, Buffer.alloc(5 * 1024 * 1024)],
])('%s with status 200 is no success', async (_what, headers, body) => {
  const server = createServer((_request, response) => void response.writeHead(200, headers).end(body));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const transport = transportTo((server.address() as AddressInfo).port, hurriedHost().host);
  const answer = await transport.send(Buffer.alloc(0), 60_000);
  transport.shutdown();
  await new Promise((resolve) => server.close(resolve));
  expect(answer.status).not.toBe('success');
});

test.each<[header: string, atLeast: number, atMost: number]>([
  ['0', 800, 1_200],
  ['3', 3_000, 3_000],
  ['soon', 800, 1_200],
  ['-5', 800, 1_200],
  [new Date(Date.now() - 60_000).toUTCString(), 800, 1_200],
])('Retry-After: %s never means a storm', async (header, atLeast, atMost) => {
  let requests = 0;
  const server = createServer((_request, response) => {
    if (++requests === 1) response.writeHead(503, { 'retry-after': header }).end();
    else response.end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { host, delays } = hurriedHost();
  const transport = transportTo((server.address() as AddressInfo).port, host);
  expect(await transport.send(Buffer.alloc(0), 60_000)).toMatchObject({ status: 'success' });
  transport.shutdown();
  await new Promise((resolve) => server.close(resolve));
  expect(delays).toHaveLength(1);
  expect(delays[0]).toBeGreaterThanOrEqual(atLeast);
  expect(delays[0]).toBeLessThanOrEqual(atMost);
});

test('a Retry-After beyond the timeout gives up at once', async () => {
  const server = createServer(
    (_request, response) => void response.writeHead(429, { 'retry-after': '120' }).end(),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { host, delays } = hurriedHost();
  const transport = transportTo((server.address() as AddressInfo).port, host);
  expect(await transport.send(Buffer.alloc(0), 60_000)).toMatchObject({
    status: 'retryable',
    error: { code: 429 },
  });
  transport.shutdown();
  await new Promise((resolve) => server.close(resolve));
  expect(delays).toEqual([]);
});
