/** What metrics have gathered since they were last read leaves with the process, whatever ends it. */
import { join } from 'node:path';
import { DatadogAgent } from '../support/datadog-agent.ts';
import { startOtlpReceiver } from '../support/receivers/index.ts';
import { runApp } from '../support/run-app.ts';

const ENDS = [
  ['exit', 4],
  ['throw', 1],
  ['natural', 0],
] as const;

function run(how: string, env: Record<string, string>) {
  return runApp({
    app: join(import.meta.dirname, 'apps', 'metrics-at-exit.cjs'),
    args: [how],
    env: { OTEL_TRACES_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none', ...env },
  }).exit;
}

describe.each(['http/protobuf', 'http/json', 'grpc'] as const)('over %s', (protocol) => {
  test.each(ENDS)('%s', async (how, code) => {
    await using backend = await startOtlpReceiver(protocol);
    const exit = await run(how, backend.env);
    expect(exit.code).toBe(code);
    const own = backend.metrics.filter(({ name }) => ['jobs', 'took', 'rooms'].includes(name));
    const names = own.map(({ name }) => name).sort();
    // An observable instrument may have to be waited for, which only the natural end can.
    expect(names).toEqual(how === 'natural' ? ['jobs', 'rooms', 'took'] : ['jobs', 'took']);
    expect(exit.stderr).not.toContain('lost in this process');
  });
});

describe.each(['udp', 'proxy'] as const)('to DogStatsD by %s', (way) => {
  test.each(ENDS)('%s', async (how, code) => {
    const agent = await DatadogAgent.start();
    const exit = await run(how, {
      OTEL_METRICS_EXPORTER: 'datadog',
      ...(way === 'udp'
        ? { DD_DOGSTATSD_URL: `udp://127.0.0.1:${agent.udpPort}` }
        : { DD_TRACE_AGENT_URL: agent.url }),
    });
    expect(exit.code).toBe(code);
    await agent.until(({ lines }) => lines.some(({ name }) => name === 'jobs'));
    const jobs = agent.lines.filter(({ name }) => name === 'jobs');
    await agent.stop();
    expect(jobs.map(({ values, type }) => [values, type])).toEqual([[[3], 'c']]);
  });
});
