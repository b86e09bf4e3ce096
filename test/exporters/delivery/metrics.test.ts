import { MeterProvider, type ResourceMetrics } from '@opentelemetry/sdk-metrics';
import { createMetricDelivery, createMetricReader } from '../../../exporters/index.ts';
import type { Outcome } from '../../../src/core/index.ts';
import { manualHost } from '../support/manual-host.ts';
import { retry } from '../support/scripted-backend.ts';

test('metrics: an interval whose export fails is sent later, delta sums included', async () => {
  const { host, advance } = manualHost();
  const sums: number[] = [];
  let works = false;
  const exporter = {
    destination: {
      encode: (metrics: ResourceMetrics) =>
        Buffer.from(String(metrics.scopeMetrics[0]?.metrics[0]?.dataPoints[0]?.value)),
      send: async (body: Uint8Array): Promise<Outcome> => {
        if (!works) return retry();
        sums.push(Number(Buffer.from(body).toString()));
        return { kind: 'delivered' };
      },
      shutdown: async () => {},
    },
    selectAggregationTemporality: () => 0,
  };
  const delivery = createMetricDelivery(exporter as never, { queueSize: 100, timeout: 1_000 }, host);
  const reader = createMetricReader(delivery, { interval: 10_000, timeout: 1_000 }, host);
  const provider = new MeterProvider({ readers: [reader] });
  const counter = provider.getMeter('t').createCounter('c');
  for (const value of [1, 2, 3]) {
    counter.add(value);
    await advance(10_000);
  }
  works = true;
  await advance(120_000);
  expect(sums.sort()).toEqual([1, 2, 3]);
  expect(delivery.delivery.stats()).toMatchObject({ accepted: 3, delivered: 3, inMemory: 0 });
  await provider.shutdown();
});
