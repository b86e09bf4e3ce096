import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { context } from '@opentelemetry/api';
import { ExportResultCode, isTracingSuppressed } from '@opentelemetry/core';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import {
  DatadogTraceExporter,
  type DatadogTraceExporterOptions,
} from '../../../exporters/datadog/trace-exporter.ts';
import { standaloneHost } from '../../../exporters/datadog-agent/index.ts';
import type { Host } from '../../../src/core/index.ts';
import { DatadogAgent, type Mood } from '../../support/datadog-agent.ts';
import { span } from '../../support/spans.ts';

const FAST = { attempts: 3, delay: 5, maxDelay: 50 };

interface Watched {
  readonly host: Host;
  readonly warnings: string[];
  readonly counts: Map<string, number>;
}

function watchedHost(): Watched {
  const warnings: string[] = [];
  const counts = new Map<string, number>();
  const real = standaloneHost();
  return {
    warnings,
    counts,
    host: {
      ...real,
      log: { ...real.log, warn: (message) => void warnings.push(message) },
      counters: {
        add: (name, value = 1, attributes = {}) => {
          const key = attributes.reason ? `${name} ${attributes.reason}` : name;
          counts.set(key, (counts.get(key) ?? 0) + value);
        },
      },
    },
  };
}

function send(
  exporter: DatadogTraceExporter,
  spans: ReadableSpan[],
): Promise<{ code: number; error?: Error }> {
  return new Promise((resolve) => exporter.export(spans, resolve));
}

let agent: DatadogAgent;
let exporter: DatadogTraceExporter;
let watched: Watched;

function create(options: DatadogTraceExporterOptions = {}): DatadogTraceExporter {
  watched = watchedHost();
  exporter = new DatadogTraceExporter({
    url: options.url ?? agent.url,
    retry: FAST,
    host: watched.host,
    ...options,
  });
  return exporter;
}

beforeEach(async () => {
  agent = await DatadogAgent.start();
});

afterEach(async () => {
  await exporter?.shutdown();
  await agent.stop();
});

describe('with a healthy Agent', () => {
  test('spans arrive, with the headers that the Agent wants', async () => {
    const result = await send(create({ headers: { 'Datadog-Entity-ID': 'in-42' } }), [
      span(),
      span({ spanId: 'aa00000000000001', parent: {} }),
    ]);
    expect(result.code).toBe(ExportResultCode.SUCCESS);
    const [request] = agent.requests;
    expect(request?.traces.map((trace) => trace.length)).toEqual([2]);
    expect(request?.headers).toMatchObject({
      'content-type': 'application/msgpack',
      'datadog-meta-lang': 'nodejs',
      'datadog-meta-lang-version': process.version,
      'datadog-meta-lang-interpreter': 'v8',
      'datadog-meta-tracer-version': expect.stringMatching(/^\d.*-signalbox$/),
      'datadog-client-computed-top-level': 'yes',
      'datadog-send-real-http-status': 'yes',
      'datadog-entity-id': 'in-42',
      'x-datadog-trace-count': '1',
      connection: 'keep-alive',
    });
    expect(watched.counts.get('signalbox.datadog.spans.sent')).toBe(2);
  });

  test('the connection is kept and used again', async () => {
    create();
    const ports = new Set<number | undefined>();
    agent.mood = (request) => void ports.add(request.socket.remotePort) as undefined;
    for (let round = 0; round < 3; round++) {
      await send(exporter, [span()]);
      await agent.until(({ paths }) => paths.includes('GET /info'));
    }
    expect(agent.requests).toHaveLength(3);
    expect(ports.size).toBeLessThanOrEqual(2);
  });

  test('requests are made with tracing suppressed', async () => {
    create();
    const seen: boolean[] = [];
    const spy = jest.spyOn(context, 'with').mockImplementation(((inner: never, work: () => unknown) => {
      seen.push(isTracingSuppressed(inner));
      return work();
    }) as never);
    await send(exporter, [span()]);
    spy.mockRestore();
    expect(seen).toContain(true);
    expect(seen).not.toContain(false);
  });

  test('rates are handed on, the defective ones left out, and their version is sent back', async () => {
    const updates: unknown[] = [];
    create({ rates: { update: (rates) => void updates.push(rates) } });
    agent.rates = { rate_by_service: { 'service:a,env:b': 0.5, x: 'often', y: 7, z: null } };
    agent.mood = (_request, response) =>
      void response.setHeader('Datadog-Rates-Payload-Version', 'v7') as undefined;
    await send(exporter, [span()]);
    await send(exporter, [span()]);
    expect(updates[0]).toEqual({ 'service:a,env:b': 0.5 });
    expect(agent.requests[1]?.headers['datadog-rates-payload-version']).toBe('v7');
  });

  test('/info is read once, and again when the state of the Agent changes', async () => {
    create();
    const events = [{ time: [1_790_000_000, 5] as [number, number], name: 'e', attributes: { n: 1 } }];
    const infos = () => agent.paths.filter((path) => path === 'GET /info').length;
    await send(exporter, [span({ events })]);
    await agent.until(() => infos() === 1);
    await send(exporter, [span({ events })]);
    expect(infos()).toBe(1);
    agent.info = { ...agent.info, span_events: true };
    agent.state = 'state-2';
    await send(exporter, [span({ events })]);
    await agent.until(() => infos() === 2);
    await expectEventually(async () => {
      await send(exporter, [span({ events })]);
      return agent.spans.at(-1)?.span_events !== undefined;
    });
    expect(agent.spans[0]?.span_events).toBeUndefined();
    expect(agent.spans[0]?.meta.events).toContain('"n":1');
    expect(agent.spans.at(-1)?.meta.events).toBeUndefined();
  });

  test('rejected traces are sent, or left out and only counted', async () => {
    const rejected = span({ context: { traceFlags: 0 } });
    await send(create(), [rejected]);
    expect(agent.spans[0]?.metrics._sampling_priority_v1).toBe(0);
    await exporter.shutdown();
    await send(create({ dropUnsampled: true }), [rejected, span({ traceId: `${'0'.repeat(31)}7` })]);
    expect(agent.requests[1]?.traces).toHaveLength(1);
    expect(agent.requests[1]?.headers).toMatchObject({
      'datadog-client-dropped-p0-traces': '1',
      'datadog-client-dropped-p0-spans': '1',
    });
  });
});

async function expectEventually(check: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 50; attempt++) if (await check()) return;
  throw new Error('it never happened');
}

describe('with an Agent in a bad mood', () => {
  const status =
    (code: number): Mood =>
    (request, response) => {
      if (request.url !== '/v0.4/traces') return false;
      response.statusCode = code;
      response.end('no');
      return true;
    };

  test.each([
    [429, 3, /HTTP 429/],
    [500, 3, /HTTP 500/],
    [503, 3, /HTTP 503/],
    [408, 3, /HTTP 408/],
    [400, 1, /HTTP 400/],
    [404, 1, /no Datadog Agent/],
    [415, 1, /MessagePack/],
    [403, 1, /HTTP 403/],
  ])('HTTP %i: %i attempts, then the spans count as lost', async (code, attempts, reason) => {
    agent.mood = status(code);
    const result = await send(create(), [span()]);
    expect(result.code).toBe(ExportResultCode.FAILED);
    expect(result.error?.message).toMatch(reason);
    expect(agent.paths.filter((path) => path.includes('traces'))).toHaveLength(attempts);
  });

  test('a passing 500 costs nothing', async () => {
    let left = 1;
    agent.mood = (request, response, body) => (left-- > 0 ? status(500)(request, response, body) : false);
    expect((await send(create(), [span()])).code).toBe(ExportResultCode.SUCCESS);
    expect(agent.spans).toHaveLength(1);
  });

  test('413: the payload is halved until it fits; a single span that is too large is lost', async () => {
    agent.mood = (request, response, body) =>
      body.length > 3_000 ? status(413)(request, response, body) : false;
    const spans = Array.from({ length: 16 }, (_, index) =>
      span({ spanId: (index + 1).toString(16).padStart(16, '0'), parent: {} }),
    );
    const large = span({ spanId: 'ee00000000000000', parent: {}, attributes: { text: 'x'.repeat(9_000) } });
    const result = await send(create(), [...spans, large]);
    expect(agent.spans).toHaveLength(16);
    expect(new Set(agent.spans.map(({ span_id }) => span_id)).size).toBe(16);
    expect(result.error?.message).toMatch(/1 spans lost: HTTP 413/);
    expect(watched.counts.get('signalbox.datadog.spans.dropped split')).toBe(1);
  });

  test('absent: the address is named, and the application goes on', async () => {
    const { url } = agent;
    await agent.stop();
    const result = await send(create({ url }), [span()]);
    expect(result.error?.message).toContain(url.slice('http://'.length));
    expect(result.error?.message).toContain('connection refused');
    agent = await DatadogAgent.start();
  });

  test('slow: the request ends at its timeout, also if the answer trickles', async () => {
    agent.mood = (_request, response) => {
      response.write('{');
      return true;
    };
    const result = await send(create({ timeout: 60, retry: { attempts: 1 } }), [span()]);
    expect(result.error?.message).toContain('no answer within 60 ms');
  });

  test('connection reset in the middle of a request', async () => {
    let resets = 0;
    agent.mood = (request) => {
      if (request.url !== '/v0.4/traces' || resets >= 2) return false;
      resets++;
      request.socket.resetAndDestroy();
      return true;
    };
    expect((await send(create(), [span()])).code).toBe(ExportResultCode.SUCCESS);
    expect(resets).toBe(2);
  });

  test.each([
    ['garbage', '\u0000\u0001 nonsense'],
    ['plain OK', 'OK'],
    ['an array', '[1,2]'],
    ['a number', '7'],
  ])('%s instead of rates: delivered, rates untouched, one line', async (_name, body) => {
    const updates: unknown[] = [];
    agent.rates = body;
    create({ rates: { update: (rates) => void updates.push(rates) } });
    for (let round = 0; round < 3; round++) {
      expect((await send(exporter, [span()])).code).toBe(ExportResultCode.SUCCESS);
    }
    expect(updates).toEqual([]);
    expect(watched.warnings).toHaveLength(1);
  });

  test('an answer without end is cut, not gathered', async () => {
    agent.mood = (request, response) => {
      if (request.url !== '/v0.4/traces') return false;
      response.end(`{"x":"${'y'.repeat(3 * 1024 * 1024)}"}`);
      return true;
    };
    expect((await send(create(), [span()])).code).toBe(ExportResultCode.SUCCESS);
    expect(watched.warnings).toHaveLength(1);
  });

  test('a web page with status 200 is no Agent', async () => {
    agent.mood = (_request, response) => {
      response.setHeader('Content-Type', 'text/html');
      response.end('<html>log in</html>');
      return true;
    };
    expect((await send(create(), [span()])).error?.message).toMatch(/web page/);
  });

  test('a server that speaks no HTTP', async () => {
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.resume();
      socket.end('220 mail ready\r\n');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const result = await send(create({ url: `http://127.0.0.1:${port}` }), [span()]);
    expect(result.code).toBe(ExportResultCode.FAILED);
    await exporter.shutdown();
    await new Promise((resolve) => server.close(resolve));
  });
});

describe('over a Unix socket', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'sb-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test('spans arrive', async () => {
    await agent.stop();
    const path = join(folder, 'apm.socket');
    agent = await DatadogAgent.start(path);
    expect((await send(create({ url: `unix://${path}` }), [span()])).code).toBe(ExportResultCode.SUCCESS);
    expect(agent.spans).toHaveLength(1);
    expect(exporter.describe()).toBe(path);
  });

  test.each([
    ['is not there', undefined, 'the socket does not exist'],
    ['is a plain file', 'text', /connection refused|the path is no socket/],
  ])('a path that %s is named in the error', async (_name, content, code) => {
    const path = join(folder, 'thing');
    if (content) writeFileSync(path, content);
    const result = await send(create({ url: `unix://${path}` }), [span()]);
    expect(result.error?.message).toMatch(code);
    expect(result.error?.message).toContain(path);
  });
});

describe('life cycle', () => {
  test('forceFlush waits for what is on its way', async () => {
    create();
    let done = false;
    exporter.export([span()], () => {
      done = true;
    });
    await exporter.forceFlush();
    expect(done).toBe(true);
    expect(agent.spans).toHaveLength(1);
  });

  test('shutdown cuts retries short, may come twice, and later spans are refused', async () => {
    agent.mood = (_request, response) => {
      response.statusCode = 503;
      response.end();
      return true;
    };
    create({ retry: { attempts: 50, delay: 60_000, maxDelay: 60_000 } });
    const result = send(exporter, [span()]);
    await agent.until(({ paths }) => paths.length === 1);
    await exporter.shutdown();
    await exporter.shutdown();
    expect((await result).error?.message).toMatch(/HTTP 503/);
    expect((await send(exporter, [span()])).error?.message).toMatch(/shut down/);
  });

  test('a callback that throws harms nobody', async () => {
    create();
    exporter.export([span()], () => {
      throw new Error('mine');
    });
    await exporter.forceFlush();
    expect(agent.spans).toHaveLength(1);
  });

  test('a span that cannot be read is lost alone', async () => {
    const broken = span({ spanId: 'bb00000000000001' });
    Object.defineProperty(broken, 'attributes', {
      get() {
        throw new Error('no');
      },
    });
    const bad = span({ spanId: 'not hex' });
    create();
    const result = await send(exporter, [span(), bad]);
    expect(result.error?.message).toMatch(/1 spans lost/);
    expect(agent.spans).toHaveLength(1);
    expect((await send(exporter, [broken])).code).toBe(ExportResultCode.FAILED);
  });
});
