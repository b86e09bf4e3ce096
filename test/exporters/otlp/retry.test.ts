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
