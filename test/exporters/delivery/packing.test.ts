import type { SpanExporter } from '@opentelemetry/sdk-trace';
import {
  createLogDelivery,
  createSpanDelivery,
  DELIVERY_DEFAULTS,
  DestinationHealth,
  type Fallback,
  FallbackRoute,
} from '../../../exporters/delivery/index.ts';
import { otlpExporter } from '../../../exporters/otlp/index.ts';
import { type OtlpReceiver, type Protocol, startOtlpReceiver } from '../../support/receivers/index.ts';
import { span } from '../../support/spans.ts';
import { testHost } from '../support/host.ts';
import { settingsOf } from '../support/settings.ts';

const COUNT = 8_000;
const BATCH = { queueSize: 100_000, batchSize: 512, delay: 5_000, timeout: 30_000 };
/** Enough for all of them as bytes, and for half of them as objects. */
const QUEUE_BYTES = 4_000_000;

const { host } = testHost();

function otlpTo(receiver: OtlpReceiver) {
  const { settings } = settingsOf(otlpExporter, { ...receiver.env });
  return otlpExporter.create(settings, host);
}

function fallbackTo(exporter: SpanExporter): Fallback<'traces'> {
  const health = new DestinationHealth('fallback', host);
  const parts = { name: 'fallback', signal: 'traces', exporter, health, host } as const;
  return { routes: [new FallbackRoute({ ...parts, options: DELIVERY_DEFAULTS })], mode: 'switch' };
}

/** What is there after a burst in one turn, and what has arrived in the end. */
async function burst(receiver: OtlpReceiver, fallback?: Fallback<'traces'>) {
  const processor = createSpanDelivery(otlpTo(receiver).traces?.() as SpanExporter, BATCH, host, {
    options: { queueBytes: QUEUE_BYTES },
    ...(fallback ? { fallback } : {}),
  });
  for (let index = 0; index < COUNT; index++) {
    processor.onEnd(span({ name: `s${index}`, attributes: { index, path: `/users/${index}` } }));
  }
  const held = processor.delivery.stats();
  await processor.forceFlush();
  const stats = processor.delivery.stats();
  await processor.shutdown();
  return { held, stats };
}

const inOrder = (names: readonly string[]): string[] =>
  [...names].sort((one, other) => Number(one.slice(1)) - Number(other.slice(1)));
const ALL = Array.from({ length: COUNT }, (_, index) => `s${index}`);

describe('a burst of spans in one turn of the event loop', () => {
  test.each<Protocol>(['http/protobuf', 'grpc'])('waits as bytes and arrives whole: %s', async (protocol) => {
    await using receiver = await startOtlpReceiver(protocol);
    const { held, stats } = await burst(receiver);
    expect(held).toMatchObject({ accepted: COUNT, inMemory: COUNT, dropped: {} });
    expect(stats).toMatchObject({ delivered: COUNT, inMemory: 0, bytesInMemory: 0 });
    expect(inOrder(receiver.spans.map(({ name }) => name))).toEqual(ALL);
    const last = receiver.spans.find(({ name }) => name === `s${COUNT - 1}`);
    expect(last?.attributes).toEqual({ index: COUNT - 1, path: `/users/${COUNT - 1}` });
  });

  test('waits as objects where the backend takes JSON: they count more', async () => {
    await using receiver = await startOtlpReceiver('http/json');
    const { held, stats } = await burst(receiver);
    expect(held.inMemory).toBeLessThan(COUNT);
    expect(stats.delivered + (stats.dropped.queue_full ?? 0)).toBe(COUNT);
  });

  test('waits as objects where there is a fallback, which may be another kind of backend', async () => {
    await using down = await startOtlpReceiver('http/protobuf');
    down.respondWith({ status: 503 });
    await using other = await startOtlpReceiver('http/json');
    const { held, stats } = await burst(down, fallbackTo(otlpTo(other).traces?.() as SpanExporter));
    expect(held.inMemory).toBeLessThan(COUNT);
    expect(stats.fallback).toEqual({ fallback: held.inMemory });
    expect(inOrder(other.spans.map(({ name }) => name))).toEqual(ALL.slice(0, held.inMemory));
  });
});

test('spans that are too large to go together go one by one', async () => {
  await using receiver = await startOtlpReceiver('http/protobuf');
  const processor = createSpanDelivery(otlpTo(receiver).traces?.() as SpanExporter, BATCH, host, {
    options: { batchBytes: 1_000_000 },
  });
  const { resource, instrumentationScope } = span();
  const sizes = [700_000, 600_000, 10, 20, 2_000_000, 30, 500_000, 499_000];
  for (const [index, size] of sizes.entries()) {
    const sketch = { name: `s${index}`, attributes: { text: String(index).repeat(size) } };
    processor.onEnd({ ...span(sketch), resource, instrumentationScope });
  }
  await processor.forceFlush();
  expect(processor.delivery.stats()).toMatchObject({
    delivered: sizes.length,
    inMemory: 0,
    bytesInMemory: 0,
  });
  await processor.shutdown();
  const arrived = receiver.spans.toSorted((one, other) => one.name.localeCompare(other.name));
  expect(arrived.map(({ attributes }) => String(attributes.text).length)).toEqual(sizes);
  expect(Math.max(...receiver.requests.map(({ bytes }) => bytes))).toBeLessThan(2_100_000);
  expect(receiver.requests.length).toBeGreaterThanOrEqual(4);
});

test('a burst of log records arrives whole', async () => {
  await using receiver = await startOtlpReceiver('http/protobuf');
  const exporter = otlpTo(receiver).logs?.();
  if (!exporter) throw new Error('no exporter');
  const processor = createLogDelivery(exporter, BATCH, host, { options: { queueBytes: QUEUE_BYTES } });
  const { resource, instrumentationScope } = span({});
  for (let index = 0; index < COUNT; index++) {
    const record = {
      hrTime: [1_790_000_000, index],
      hrTimeObserved: [1_790_000_000, index],
      body: `l${index}`,
      attributes: { index },
      droppedAttributesCount: 0,
      resource,
      instrumentationScope,
    };
    processor.onEmit(record as never);
  }
  await processor.forceFlush();
  await processor.shutdown();
  expect(inOrder(receiver.logs.map(({ body }) => String(body)))).toEqual(
    ALL.map((name) => name.replace('s', 'l')),
  );
});
