import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import http from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { type IMetricReader, MeterProvider } from '@opentelemetry/sdk-metrics';
import { createMetricReader } from '../../../exporters/index.ts';
import { prometheusExporter } from '../../../exporters/prometheus/index.ts';
import { testHost } from '../support/host.ts';
import { settingsOf } from '../support/settings.ts';

/** Waits until the condition holds; the server starts on its own time. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise(setImmediate);
}

function start(port: string) {
  const test = testHost();
  const env = { OTEL_EXPORTER_PROMETHEUS_PORT: port, OTEL_EXPORTER_PROMETHEUS_HOST: '127.0.0.1' };
  const exporter = prometheusExporter.create(settingsOf(prometheusExporter, env).settings, test.host);
  const made = exporter.metrics?.() as IMetricReader;
  const reader = createMetricReader(made, { interval: 1_000, timeout: 1_000 }, test.host);
  return { ...test, reader, made };
}

test('settings', () => {
  expect(settingsOf(prometheusExporter).settings).toMatchObject({ host: 'localhost', port: 9464 });
  const { problems } = settingsOf(prometheusExporter, { OTEL_EXPORTER_PROMETHEUS_PORT: '70000' });
  expect(problems).toEqual([expect.objectContaining({ code: 'CFG002' })]);
  expect(prometheusExporter.signals).toEqual(['metrics']);
});

test('a scrape over a socket', async () => {
  const { reader, made, lines, problems } = start('0');
  expect(reader).toBe(made);
  const provider = new MeterProvider({ readers: [reader] });
  provider.getMeter('test').createCounter('requests').add(3, { method: 'GET' });
  await until(() => lines.length > 0);
  const url = /http:\S+/.exec(lines[0] ?? '')?.[0] ?? '';
  const scrape = await fetch(url);
  expect(await scrape.text()).toMatch(/^requests_total\{.*method="GET".*\} 3$/m);
  expect((await fetch(url.replace('/metrics', '/'))).status).toBe(404);
  expect(problems).toEqual([]);
  await reader.shutdown();
  await reader.shutdown();
  await expect(fetch(url)).rejects.toThrow();
});

test('a scrape does not pass through what instrumentations put into http.Server', async () => {
  const { emit } = http.Server.prototype;
  const seen: unknown[] = [];
  http.Server.prototype.emit = function (this: http.Server, ...args: Parameters<typeof emit>) {
    seen.push(args[0]);
    return Reflect.apply(emit, this, args);
  } as typeof emit;
  try {
    const { reader, lines } = start('0');
    new MeterProvider({ readers: [reader] });
    await until(() => lines.length > 0);
    await (await fetch(/http:\S+/.exec(lines[0] ?? '')?.[0] ?? '')).text();
    expect(seen).toEqual([]);
    await reader.shutdown();
  } finally {
    http.Server.prototype.emit = emit;
  }
});

test('a port in use is one problem, and the application goes on', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const { reader, problems } = start(String(port));
  await until(() => problems.length > 0);
  expect(problems).toEqual([
    {
      code: 'CMP001',
      source: 'OTEL_EXPORTER_PROMETHEUS_PORT',
      message: `cannot listen on 127.0.0.1:${port} (the port is in use)`,
      used: 'serving no metrics for Prometheus',
    },
  ]);
  new MeterProvider({ readers: [reader] });
  await reader.shutdown();
  other.close();
});

test('it does not keep a process alive', () => {
  const file = require.resolve('../../../exporters/prometheus/scrape-server.ts');
  const code = `import(${JSON.stringify(file)}).then(async ({ ScrapeServer }) => {
    const port = await new ScrapeServer((_, response) => response.end('ok')).listen(0, '127.0.0.1');
    console.log(await (await fetch('http://127.0.0.1:' + port + '/metrics')).text());
  })`;
  const { status, stdout } = spawnSync(process.execPath, ['--experimental-strip-types', '-e', code], {
    timeout: 20_000,
  });
  expect([status, String(stdout)]).toEqual([0, 'ok\n']);
});
