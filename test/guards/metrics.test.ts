/** What a million increments take on the wire and on the heap. Time is measured by `npm run bench`. */
import { join } from 'node:path';
import { DatadogAgent } from '../support/datadog-agent.ts';
import { runApp } from '../support/run-app.ts';
import { expectFigures } from './figures.ts';

test('a million increments over 100 series go to DogStatsD in a few packets', async () => {
  const agent = await DatadogAgent.start();
  const { stdout, code } = await runApp({
    app: join(import.meta.dirname, 'apps/million-increments.cjs'),
    nodeArgs: ['--expose-gc', '--min-semi-space-size=128', '--max-semi-space-size=128'],
    env: {
      OTEL_METRICS_EXPORTER: 'datadog',
      OTEL_TRACES_EXPORTER: 'none',
      OTEL_LOGS_EXPORTER: 'none',
      OTEL_SERVICE_NAME: 'guard',
      // The process's own metrics differ from run to run; Signalbox's are among what is counted.
      OTEL_NODE_ENABLED_INSTRUMENTATIONS: 'http',
      OTEL_NODE_RESOURCE_DETECTORS: 'none',
      DD_DOGSTATSD_URL: `udp://127.0.0.1:${agent.udpPort}`,
    },
  }).exit;
  expect(code).toBe(0);
  const orders = () => agent.lines.filter(({ name }) => name === 'orders');
  await agent.until(() => orders().length === 100);
  const { datagrams } = agent;
  const sum = orders().reduce((total, { values }) => total + (values[0] ?? Number.NaN), 0);
  await agent.stop();
  expect(sum).toBe(1_000_000);
  // Nothing at all, but for what is compiled.
  expect((JSON.parse(stdout) as { heap: number }).heap).toBeLessThan(1);
  expectFigures(
    { packets: datagrams.length, bytes: datagrams.join('').length },
    { packets: 13, bytes: 16_915 },
  );
});
