import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { standaloneHost } from '../../../exporters/datadog-agent/index.ts';
import {
  DogStatsDMetricExporter,
  type DogStatsDMetricExporterOptions,
} from '../../../exporters/dogstatsd/index.ts';
import { DatadogAgent, type StatsdLine } from '../../support/datadog-agent.ts';

let agent: DatadogAgent;
let provider: MeterProvider;
let exporter: DogStatsDMetricExporter;
let reader: PeriodicExportingMetricReader;

const RESOURCE = resourceFromAttributes({
  'service.name': 'shop',
  'deployment.environment.name': 'prod',
  'service.version': '1.2',
  'host.name': 'left-out',
  team: 'check,out',
});

function start(options: DogStatsDMetricExporterOptions = {}) {
  exporter = new DogStatsDMetricExporter({ url: `udp://127.0.0.1:${agent.udpPort}`, ...options });
  reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 1_000_000 });
  provider = new MeterProvider({ readers: [reader], resource: RESOURCE });
  return provider.getMeter('test');
}

const of = (name: string): StatsdLine[] => agent.lines.filter((line) => line.name === name);

beforeEach(async () => {
  agent = await DatadogAgent.start();
});

afterEach(async () => {
  await provider?.shutdown();
  await agent.stop();
});

describe('over UDP', () => {
  test('a counter is the sum of the interval, tagged and with its origin', async () => {
    const meter = start({
      origin: { containerId: 'in-42', externalEnv: 'it-false', cardinality: 'low', podUid: 'pod-1' },
    });
    const counter = meter.createCounter('orders.done');
    for (let n = 0; n < 10; n++) counter.add(1, { kind: 'web', env: 'own' });
    await reader.forceFlush();
    counter.add(5, { kind: 'web', env: 'own' });
    await reader.forceFlush();
    await agent.until(() => of('orders.done').length === 2);
    expect(of('orders.done').map(({ values }) => values)).toEqual([[10], [5]]);
    expect(of('orders.done')[0]).toMatchObject({
      type: 'c',
      tags: [
        'kind:web',
        'env:own',
        'service:shop',
        'version:1.2',
        'team:check_out',
        'dd.internal.entity_id:pod-1',
      ],
      fields: ['c:in-42', 'e:it-false', 'card:low'],
    });
  });

  test('an up-down counter is its running value, a gauge its last', async () => {
    const meter = start();
    const upDown = meter.createUpDownCounter('queue');
    const gauge = meter.createGauge('heat');
    upDown.add(5);
    gauge.record(1.5);
    await reader.forceFlush();
    upDown.add(-2);
    gauge.record(-3);
    await reader.forceFlush();
    await agent.until(() => of('queue').length === 2 && of('heat').length === 2);
    expect(of('queue').map(({ values, type }) => [values[0], type])).toEqual([
      [5, 'g'],
      [3, 'g'],
    ]);
    expect(of('heat').map(({ values, type }) => [values[0], type])).toEqual([
      [1.5, 'g'],
      [-3, 'g'],
    ]);
  });

  test('a histogram is a distribution with a bounded error, and its exact aggregates', async () => {
    const histogram = start().createHistogram('latency');
    const values = Array.from({ length: 2_000 }, (_, index) => 1 + index * index * 0.37);
    for (const value of values) histogram.record(value);
    await reader.forceFlush();
    await agent.until(() => of('latency.max').length === 1);
    const seen = weighted(of('latency'));
    expect(seen).toHaveLength(values.length);
    values.forEach((value, index) => {
      expect(Math.abs((seen[index] as number) - value) / value).toBeLessThanOrEqual(0.011);
    });
    expect(seen[0]).toBe(values[0]);
    expect(seen.at(-1)).toBe(values.at(-1));
    expect(of('latency.count')[0]).toMatchObject({ values: [2_000], type: 'c' });
    expect(of('latency.sum')[0]?.values[0]).toBeCloseTo(
      values.reduce((sum, value) => sum + value, 0),
      3,
    );
    expect(of('latency.min')[0]).toMatchObject({ values: [1], type: 'g' });
    expect(of('latency.max')[0]).toMatchObject({ values: [values.at(-1)], type: 'g' });
  });

  test('datagrams are filled and none is larger than 1432 bytes', async () => {
    const counter = start().createCounter('many');
    for (let n = 0; n < 500; n++) counter.add(1, { id: `series-${n}` });
    await reader.forceFlush();
    await agent.until(() => of('many').length === 500);
    const sizes = agent.datagrams.map((datagram) => Buffer.byteLength(datagram));
    expect(Math.max(...sizes)).toBeLessThanOrEqual(1_432);
    expect(Math.min(...sizes.slice(0, -1))).toBeGreaterThan(1_300);
  });

  test.each([
    ['x|y', 'a:x_y'],
    ['one,two#three', 'a:one_two_three'],
    ['line\nnext:1|c', 'a:line_next:1_c'],
    ['grün 🚂', 'a:grün_🚂'],
    [['p', 'q'], 'a:["p"_"q"]'],
  ])('the attribute %j cannot break out of its tag', async (value, expected) => {
    start({ url: `udp://127.0.0.1:${agent.udpPort}` })
      .createCounter('safe')
      .add(1, { a: value as string });
    await reader.forceFlush();
    await agent.until(() => agent.lines.length > 0);
    expect(agent.lines).toHaveLength(1);
    expect(agent.lines[0]?.tags[0]).toBe(expected);
  });

  test('names that Datadog does not take are mended', async () => {
    start().createCounter('http.server/request-count').add(1);
    await reader.forceFlush();
    await agent.until(() => agent.lines.length > 0);
    expect(agent.lines[0]?.name).toBe('http.server_request_count');
  });

  test('times are sent where the protocol takes them, if wanted', async () => {
    const meter = start({ timestamps: true });
    meter.createCounter('c').add(1);
    meter.createHistogram('h').record(2);
    await reader.forceFlush();
    await agent.until(() => of('h.max').length === 1);
    expect(of('c')[0]?.fields[0]).toMatch(/^T1\d{9}$/);
    expect(of('h')[0]?.fields).toEqual([]);
  });

  test('nobody listening is no failure of the application', async () => {
    start({ url: 'udp://127.0.0.1:9' }).createCounter('lost').add(1);
    await expect(reader.forceFlush()).resolves.toBeUndefined();
  });

  test('a host that does not exist fails the export with its name', async () => {
    start({ url: 'udp://no.such.host.invalid:8125' }).createCounter('lost').add(1);
    const { resourceMetrics } = await reader.collect();
    const result = await new Promise<{ error?: Error }>((resolve) =>
      exporter.export(resourceMetrics, resolve),
    );
    expect(result.error?.message).toMatch(/no\.such\.host\.invalid/);
  });
});

describe('over HTTP', () => {
  test('through the proxy of the trace Agent', async () => {
    start({ url: agent.url }).createCounter('orders').add(3);
    await reader.forceFlush();
    await agent.until(() => agent.paths.length === 1);
    expect(agent.paths).toEqual(['POST /dogstatsd/v2/proxy']);
    expect(of('orders')[0]?.values).toEqual([3]);
  });

  test('an Agent without a proxy: UDP from then on, nothing lost', async () => {
    agent.mood = (_request, response) => {
      response.statusCode = 404;
      response.end();
      return true;
    };
    const counter = start({ url: agent.url, fallbackUrl: `udp://127.0.0.1:${agent.udpPort}` }).createCounter(
      'orders',
    );
    for (let round = 0; round < 2; round++) {
      counter.add(1);
      await reader.forceFlush();
    }
    await agent.until(() => of('orders').length === 2);
    expect(agent.paths).toHaveLength(1);
  });

  test('an Agent that fails makes the export fail with the reason', async () => {
    agent.mood = (_request, response) => {
      response.statusCode = 500;
      response.end();
      return true;
    };
    start({ url: agent.url }).createCounter('orders').add(1);
    const { resourceMetrics } = await reader.collect();
    const result = await new Promise<{ error?: Error }>((resolve) =>
      exporter.export(resourceMetrics, resolve),
    );
    expect(result.error?.message).toMatch(/1 of 1 datagrams lost: HTTP 500/);
  });
});

/** The optional native package, if it is built for this Node.js. */
function unixDgram() {
  try {
    return createRequire(__filename)('unix-dgram');
  } catch {
    return undefined;
  }
}

describe('over a Unix socket', () => {
  const native = unixDgram();

  (native ? test : test.skip)('datagrams of up to 8192 bytes arrive (needs unix-dgram)', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sb-dsd-'));
    const path = join(folder, 'dsd.socket');
    const received: string[] = [];
    const server = native.createSocket('unix_dgram', (message: Buffer) => received.push(message.toString()));
    server.bind(path);
    const counter = start({ url: `unix://${path}` }).createCounter('many');
    for (let n = 0; n < 300; n++) counter.add(1, { id: `series-${n}` });
    await reader.forceFlush();
    const lines = () => received.join('\n').split('\n').length;
    while (lines() < 300) await new Promise((resolve) => setImmediate(resolve));
    expect(lines()).toBe(300);
    expect(Math.max(...received.map((datagram) => datagram.length))).toBeGreaterThan(8_000);
    server.close();
    rmSync(folder, { recursive: true });
  });

  test('without a working unix-dgram: one clear line, and UDP', () => {
    const warnings: string[] = [];
    const real = standaloneHost();
    const host = {
      ...real,
      log: { ...real.log, warn: (message: string) => void warnings.push(message) },
      load: () => {
        throw new Error("Cannot find module 'unix-dgram'");
      },
    };
    start({ url: 'unix:///var/run/datadog/dsd.socket', host: host as never });
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/npm install unix-dgram.*using UDP/);
  });
});

/** Values by weight, as the sketch of the Agent takes them, in order. */
function weighted(lines: readonly StatsdLine[]): number[] {
  return lines
    .flatMap(({ values, rate }) =>
      values.flatMap((value) => new Array<number>(Math.trunc(1 / rate)).fill(value)),
    )
    .sort((a, b) => a - b);
}
