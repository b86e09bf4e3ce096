import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { createRedactor, RedactionMetricExporter } from '../../processors/index.ts';
import { readThroughChain } from '../../src/box/read-through-chain.ts';

const MAIL = 'ada@example.com';

function scrape(chain: Parameters<typeof readThroughChain>[1]) {
  const reader = readThroughChain(new PrometheusExporter({ preventServerStart: true }), chain);
  const provider = new MeterProvider({ readers: [reader] });
  const counter = provider.getMeter('t').createCounter('mails');
  counter.add(1, { to: MAIL });
  counter.add(2, { to: 'bob@example.com' });
  return async () => {
    const { resourceMetrics } = await (reader as PrometheusExporter).collect();
    return new PrometheusSerializer().serialize(resourceMetrics);
  };
}

test('what Prometheus reads has passed the chain, each time', async () => {
  const read = scrape((end) => new RedactionMetricExporter(end, createRedactor()));
  for (let time = 0; time < 2; time++) {
    const text = await read();
    expect(text).not.toContain(MAIL);
    expect(text).toMatch(/mails_total\{to="\[EMAIL_REDACTED\]".*\} 3/);
  }
});

test('what the chain refuses is not read', async () => {
  const refuse = { export: () => {}, forceFlush: async () => {}, shutdown: async () => {} };
  expect(await scrape(() => refuse)()).not.toContain('mails');
});
