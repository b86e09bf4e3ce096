/** What leaves over real sockets when the application brings a trace context of its own. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { keepOwnHttpHeaders, keepOwnUndiciHeaders } from '../../propagators/index.ts';
import { type App, runApp } from '../support/run-app.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const OWN = '00-11111111111111111111111111111111-2222222222222222-01';
const app = path.join(import.meta.dirname, 'apps/client.cjs');

const quiet = {
  OTEL_METRICS_EXPORTER: 'none',
  OTEL_LOGS_EXPORTER: 'none',
  OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9',
};
const clients = new Map<string, App>();

/** The application in this environment, started once. */
function clientWith(env: Record<string, string>): App {
  const key = JSON.stringify(env);
  const running = clients.get(key) ?? runApp({ app, env: { ...quiet, ...env }, timeout: 60_000 });
  clients.set(key, running);
  return running;
}

afterAll(() => Promise.all([...clients.values()].map((client) => client[Symbol.asyncDispose]())));

/** All header lines of the request that the client sent, by lower-case name. */
async function sentBy(client: string, headers: Record<string, string>, env: Record<string, string> = {}) {
  const [, clientPort] = await clientWith(env).waitForLine(/port (\d+)/);
  const seen: string[][] = [];
  const server = createServer((request, response) => {
    seen.push(request.rawHeaders);
    response.end();
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const url = new URL(`http://127.0.0.1:${clientPort}/`);
  const query = { client, url: `http://127.0.0.1:${port}/`, headers: JSON.stringify(headers) };
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  const inbound = { traceparent: `00-${TRACE}-b7ad6b7169203331-01`, baggage: 'a=1' };
  expect((await fetch(url, { headers: inbound })).status).toBe(200);
  server.closeAllConnections();
  server.close();
  expect(seen).toHaveLength(1);
  const lines = new Map<string, string[]>();
  const [raw = []] = seen;
  for (let at = 0; at < raw.length; at += 2) {
    const name = (raw[at] as string).toLowerCase();
    lines.set(name, [...(lines.get(name) ?? []), raw[at + 1] as string]);
  }
  return lines;
}

describe.each(['fetch', 'http', 'http-array'])('%s', (client) => {
  test('without headers of its own, ours leave, each once', async () => {
    const lines = await sentBy(client, { 'x-mine': '1' });
    expect(lines.get('traceparent')).toEqual([expect.stringContaining(TRACE)]);
    expect(lines.get('tracestate')).toHaveLength(1);
    expect(lines.get('x-datadog-trace-id')).toEqual([String(BigInt(`0x${TRACE.slice(16)}`))]);
    expect(lines.get('baggage')).toEqual(['a=1']);
    expect(lines.get('x-mine')).toEqual(['1']);
  });

  test.each(['traceparent', 'TraceParent'])(
    'with its own %s, that leaves, and nothing else of a trace',
    async (name) => {
      const lines = await sentBy(client, { [name]: OWN });
      expect(lines.get('traceparent')).toEqual([OWN]);
      expect([...lines.keys()].filter((each) => /^(tracestate|x-datadog)/.test(each))).toEqual([]);
      expect(lines.get('baggage')).toEqual(['a=1']);
    },
  );

  test('with its own baggage, that leaves beside our trace context', async () => {
    const lines = await sentBy(client, { baggage: 'mine=2' });
    expect(lines.get('baggage')).toEqual(['mine=2']);
    expect(lines.get('traceparent')).toEqual([expect.stringContaining(TRACE)]);
  });
});

test.each([{ OTEL_SDK_DISABLED: 'true' }, { OTEL_TRACES_EXPORTER: 'none' }])(
  '%j: the caller’s context passes through',
  async (env) => {
    for (const client of ['fetch', 'http']) {
      const lines = await sentBy(client, {}, env);
      expect(lines.get('traceparent')).toEqual([`00-${TRACE}-b7ad6b7169203331-01`]);
      expect(lines.get('baggage')).toEqual(['a=1']);
    }
  },
);

test('the options of the application are not touched', () => {
  const headers = Object.freeze({ Traceparent: OWN });
  const options = { headers };
  keepOwnHttpHeaders(options);
  expect(options.headers).not.toBe(headers);
  expect(Object.entries(options.headers)).toEqual([['Traceparent', OWN]]);
  const without = { headers: Object.freeze({ a: '1' }) };
  keepOwnHttpHeaders(without);
  expect(without.headers).toEqual({ a: '1' });
  for (const odd of [undefined, null, 'x', 1]) keepOwnHttpHeaders({ headers: odd });
  const pairs: { headers: unknown } = {
    headers: [
      ['a', '1'],
      ['a', '2'],
      ['b', '3'],
    ],
  };
  keepOwnHttpHeaders(pairs);
  expect(pairs.headers).toEqual({ a: ['1', '2'], b: '3' });
});

test('an instrumentation that is registered twice adds nothing twice', () => {
  const added: string[] = [];
  const request = {
    headers: [] as string[],
    addHeader(name: string, value: string) {
      added.push(name);
      this.headers.push(name, value);
      return this;
    },
  };
  for (let registration = 0; registration < 2; registration++) {
    keepOwnUndiciHeaders(undefined, request);
    request.addHeader('traceparent', OWN);
    request.addHeader('baggage', 'a=1');
    request.addHeader('x-other', '1');
  }
  expect(added).toEqual(['traceparent', 'baggage', 'x-other', 'x-other']);
});

test('headers as one text, as undici 5 keeps them, are understood', () => {
  const added: string[] = [];
  const request = {
    headers: `accept: x\r\nTraceparent: ${OWN}\r\n`,
    addHeader: (name: string) => added.push(name),
  };
  keepOwnUndiciHeaders(undefined, request);
  for (const name of ['traceparent', 'tracestate', 'b3', 'baggage']) request.addHeader(name);
  expect(added).toEqual(['baggage']);
});
