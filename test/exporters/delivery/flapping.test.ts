import { type SpanExporter, TracerProvider } from '@opentelemetry/sdk-trace';
import { createSpanDelivery } from '../../../exporters/index.ts';
import { otlpExporter } from '../../../exporters/otlp/index.ts';
import { type Answer, type Protocol, startOtlpReceiver } from '../../support/receivers/index.ts';
import { testHost } from '../support/host.ts';
import { settingsOf } from '../support/settings.ts';

const SPANS = 300;
const OPTIONS = { retryDelay: 5, maxRetryDelay: 20, breakerReset: 20, shutdownTimeout: 10_000 };

/** What a backend in trouble does: everything that OTLP allows to be sent again, over both protocols. */
const TROUBLES: readonly Answer[] = [
  { status: 503, code: 14 },
  { status: 429, code: 14, headers: { 'retry-after': '0' } },
  { status: 502, code: 4 },
  { status: 504, code: 10 },
  { disconnect: true },
  { status: 413, code: 8, message: 'received message larger than max (9 vs. 4)' },
  { delay: 20 },
];

/** A small generator of numbers, so that a failure can be repeated. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

describe.each<Protocol>(['http/protobuf', 'http/json', 'grpc'])('over %s', (protocol) => {
  test.each([1, 2, 3])(
    'a backend that flaps gets every span it takes, and the books are right (seed %d)',
    async (seed) => {
      await using receiver = await startOtlpReceiver(protocol);
      const random = randomFrom(seed);
      for (let index = 0; index < 25; index++) {
        receiver.respondWith({ ...(TROUBLES[random(TROUBLES.length)] as Answer), times: 1 + random(3) });
        receiver.respondWith({ times: 1 + random(2) });
      }
      const { host } = testHost();
      const { settings } = settingsOf(otlpExporter, receiver.env);
      const exporter = otlpExporter.create(settings, host).traces?.() as SpanExporter;
      const batch = { queueSize: 1_000, batchSize: 8, delay: 5, timeout: 20_000 };
      const processor = createSpanDelivery(exporter, batch, host, { name: 'otlp', options: OPTIONS });
      const tracer = new TracerProvider({ spanProcessors: [processor] }).getTracer('t');
      const sent = new Set<string>();
      for (let index = 0; index < SPANS; index++) {
        const span = tracer.startSpan(`s${index}`);
        sent.add(span.spanContext().spanId);
        span.end();
        if (random(20) === 0) await new Promise((resolve) => setImmediate(resolve));
      }
      await processor.forceFlush();
      await processor.shutdown();

      const stats = processor.delivery.stats();
      const arrived = new Set(receiver.spans.map(({ spanId }) => spanId));
      expect(receiver.malformed).toEqual([]);
      expect([...arrived].filter((id) => !sent.has(id))).toEqual([]);
      // Only a batch of one span that is still "too large" is refused for good.
      expect(stats).toMatchObject({ accepted: SPANS, dropped: {}, inMemory: 0 });
      // One may arrive, its answer may get lost, and its repetition may be refused: arrived all the same.
      expect(arrived.size).toBeGreaterThanOrEqual(stats.delivered);
      expect(arrived.size).toBeLessThanOrEqual(stats.delivered + stats.rejected);
      expect(stats.delivered + stats.rejected).toBe(SPANS);
      expect(stats.rejected).toBeLessThan(SPANS / 10);
    },
  );
});

test('a backend that restarts on its port has everything afterwards', async () => {
  const first = await startOtlpReceiver('grpc');
  const { host } = testHost();
  const { settings } = settingsOf(otlpExporter, first.env);
  const exporter = otlpExporter.create(settings, host).traces?.() as SpanExporter;
  const batch = { queueSize: 1_000, batchSize: 8, delay: 5, timeout: 20_000 };
  const processor = createSpanDelivery(exporter, batch, host, { name: 'otlp', options: OPTIONS });
  const tracer = new TracerProvider({ spanProcessors: [processor] }).getTracer('t');
  const send = (count: number): void => {
    for (let index = 0; index < count; index++) tracer.startSpan('s').end();
  };
  send(20);
  await processor.forceFlush();
  await first.close();
  send(40);
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(processor.delivery.stats()).toMatchObject({ delivered: 20, inMemory: 40 });
  await using second = await startOtlpReceiver('grpc', { port: first.port });
  await processor.forceFlush();
  await processor.shutdown();
  expect(new Set(second.spans.map(({ spanId }) => spanId)).size).toBe(40);
  expect(processor.delivery.stats()).toMatchObject({ accepted: 60, delivered: 60, inMemory: 0 });
});
