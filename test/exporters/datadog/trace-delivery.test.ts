import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { type DatadogTraceExporterOptions, datadogExporter } from '../../../exporters/datadog/index.ts';
import { DatadogTraceExporter } from '../../../exporters/datadog/trace-exporter.ts';
import { createSpanDelivery, DestinationHealth } from '../../../exporters/delivery/index.ts';
import { REMOTE_TRANSPORTS } from '../../../exporters/transports.ts';
import { DatadogAgent, decodeTraces, type Mood } from '../../support/datadog-agent.ts';
import { span } from '../../support/spans.ts';
import { testHost } from '../support/host.ts';
import { settingsOf } from '../support/settings.ts';

const BATCH = { queueSize: 1_000, batchSize: 100, delay: 60_000, timeout: 10_000 };
const QUICK = { retryDelay: 5, maxRetryDelay: 20, breakerReset: 10, shutdownTimeout: 100 };

let agent: DatadogAgent;

beforeEach(async () => {
  agent = await DatadogAgent.start();
});

afterEach(() => agent.stop());

/** The way of spans from their end to the socket. */
function pipeline(options: DatadogTraceExporterOptions = {}, batch = BATCH) {
  const { host, lines, time } = testHost();
  const exporter = new DatadogTraceExporter({ host, ...options, url: options.url ?? agent.url });
  const health = new DestinationHealth('datadog', host, 'Datadog Agent');
  const processor = createSpanDelivery(exporter, batch, host, { name: 'datadog', health, options: QUICK });
  return {
    lines,
    time,
    processor,
    end: (...spans: ReadableSpan[]) => {
      for (const each of spans) processor.onEnd(each);
    },
    flush: () => processor.forceFlush().catch(() => {}),
    stats: () => processor.delivery.stats(),
  };
}

/** Refuses trace requests with a status as long as `when` says so. */
const refuse =
  (status: number, when: (body: Buffer) => boolean, headers: Record<string, string> = {}): Mood =>
  (request, response, body) => {
    if (request.url !== '/v0.4/traces' || !when(body)) return false;
    response.writeHead(status, headers).end('no');
    return true;
  };

const id = (index: number) => (index + 1).toString(16).padStart(16, '0');
const many = (count: number) => Array.from({ length: count }, (_, index) => span({ spanId: id(index) }));
const idsOf = (received: DatadogAgent) =>
  received.spans.map(({ span_id }) => Number(span_id)).sort((a, b) => a - b);
const firstIds = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

test.each([429, 500, 503, 408])(
  'HTTP %i is tried again until the Agent takes it, more often than alone',
  async (status) => {
    let left = 9;
    agent.mood = refuse(status, () => left-- > 0);
    const { end, stats, processor, lines } = pipeline();
    end(...many(3));
    await processor.forceFlush();
    expect(stats()).toMatchObject({ accepted: 3, delivered: 3, rejected: 0, inMemory: 0, retries: 9 });
    expect(lines.filter((line) => line.startsWith('warn'))).toEqual([
      expect.stringContaining(`HTTP ${status}`),
    ]);
    await processor.shutdown();
  },
);

test('413: the batch is halved until it fits, and the books are right to the span', async () => {
  agent.mood = refuse(413, (body) => body.length > 3_000);
  const { end, stats, processor, lines } = pipeline();
  end(...many(16), span({ spanId: 'ee00000000000000', attributes: { text: 'x'.repeat(9_000) } }));
  await processor.forceFlush();
  expect(idsOf(agent)).toEqual(firstIds(16));
  expect(stats()).toMatchObject({ accepted: 17, delivered: 16, rejected: 1, inMemory: 0 });
  expect(lines).toEqual([expect.stringMatching(/HTTP 413.*a single item is too large/)]);
  await processor.shutdown();
});

test('spans that can never be sent are rejected alone', async () => {
  const broken = span({ spanId: id(50) });
  Object.defineProperty(broken, 'events', { get: () => [{ name: 'x', time: null }] });
  const { end, stats, processor } = pipeline();
  end(...many(9), span({ spanId: 'not hex' }), broken, span({ traceId: 'short' }));
  await processor.forceFlush();
  const { delivered, rejected, ...rest } = stats();
  expect(idsOf(agent).slice(0, 9)).toEqual(firstIds(9));
  expect(delivered).toBe(agent.spans.length);
  expect(delivered + rejected).toBe(12);
  expect(rejected).toBeGreaterThanOrEqual(2);
  expect(rest).toMatchObject({ accepted: 12, dropped: {}, inMemory: 0 });
  await processor.shutdown();
});

test('an Agent that says how much it takes at once gets no more', async () => {
  agent.info = { ...agent.info, config: { max_request_bytes: 3_000 } };
  const { end, stats, processor } = pipeline();
  end(span());
  await processor.forceFlush();
  await agent.until(({ paths }) => paths.includes('GET /info'));
  for (let round = 0; round < 5; round++) {
    end(...many(30));
    await processor.forceFlush();
  }
  expect(stats()).toMatchObject({ accepted: 151, delivered: 151, rejected: 0 });
  expect(Math.max(...agent.requests.slice(-8).map(({ bytes }) => bytes))).toBeLessThanOrEqual(3_000);
  await processor.shutdown();
});

test('an absent Agent opens the breaker; when it comes, it gets everything', async () => {
  const { port } = agent;
  await agent.stop();
  const { end, flush, stats, processor, lines } = pipeline(
    { url: `http://127.0.0.1:${port}` },
    { ...BATCH, batchSize: 1, timeout: 100 },
  );
  end(...many(8));
  await flush();
  expect(stats()).toMatchObject({ accepted: 8, delivered: 0, inMemory: 8 });
  expect(stats().breaker).not.toBe('closed');
  expect(lines).toEqual([expect.stringMatching(/datadog .*connection refused/)]);
  agent = await DatadogAgent.start(undefined, port);
  await agent.until(({ spans }) => spans.length === 8);
  await flush();
  expect(idsOf(agent)).toEqual(firstIds(8));
  expect(stats()).toMatchObject({ accepted: 8, delivered: 8, inMemory: 0, breaker: 'closed' });
  await processor.shutdown();
});

test('403 is waited out, with everything kept', async () => {
  agent.mood = refuse(403, () => true);
  const { end, flush, stats, processor, time } = pipeline({}, { ...BATCH, timeout: 100 });
  end(...many(3));
  await flush();
  expect(stats()).toMatchObject({ accepted: 3, delivered: 0, rejected: 0, inMemory: 3 });
  agent.mood = undefined;
  time.now += 30_000;
  await processor.forceFlush();
  expect(stats()).toMatchObject({ delivered: 3, inMemory: 0 });
  await processor.shutdown();
});

test('what does not fit into the queue is dropped and counted', async () => {
  agent.mood = refuse(503, () => true);
  const { end, stats, processor } = pipeline({}, { ...BATCH, queueSize: 10, batchSize: 5 });
  end(...many(15));
  expect(stats()).toMatchObject({ accepted: 15, dropped: { queue_full: 5 }, inMemory: 10 });
  await processor.shutdown();
  expect(stats()).toMatchObject({
    accepted: 15,
    delivered: 0,
    dropped: { queue_full: 5, shutdown: 10 },
    inMemory: 0,
  });
});

test('rejected traces are taken, unless the user does not want that', async () => {
  const rejected = span({ context: { traceFlags: 0 } });
  const taking = pipeline();
  taking.end(rejected);
  await taking.processor.shutdown();
  expect(agent.spans.map(({ metrics }) => metrics._sampling_priority_v1)).toEqual([0]);
  const refusing = pipeline({ dropUnsampled: true });
  refusing.end(rejected);
  await refusing.processor.shutdown();
  expect(refusing.stats()).toMatchObject({ accepted: 0 });
  expect(agent.spans).toHaveLength(1);
});

test('another thread can send the bodies: the transport is made again from plain data', async () => {
  const { host } = testHost();
  const env = { DD_TRACE_AGENT_URL: agent.url, DD_EXTERNAL_ENV: 'it-1' };
  const exporter = datadogExporter.create(settingsOf(datadogExporter, env).settings, host).traces?.();
  const { destination } = exporter as DatadogTraceExporter;
  const { kind, settings } = destination.remote;
  const body = structuredClone(destination.encode([span(), span({ traceId: `${'0'.repeat(31)}7` })]));
  if (!body) throw new Error('no body');
  expect(decodeTraces(body)).toHaveLength(2);
  const transport = REMOTE_TRANSPORTS[kind]?.(structuredClone(settings()) as never, host);
  expect(await transport?.send(body, 1_000)).toEqual({ kind: 'delivered' });
  expect(agent.requests[0]?.headers).toMatchObject({
    'x-datadog-trace-count': '2',
    'datadog-external-env': 'it-1',
  });
  // It asks for nothing that a thread at its end has no use for.
  expect(agent.paths).toEqual(['PUT /v0.4/traces']);
  await exporter?.shutdown();
});
