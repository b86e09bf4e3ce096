import { MeterProvider } from '@opentelemetry/sdk-metrics';
import {
  createMetricDelivery,
  createMetricReader,
  DestinationHealth,
} from '../../../exporters/delivery/index.ts';
import {
  DogStatsDMetricExporter,
  type DogStatsDMetricExporterOptions,
} from '../../../exporters/dogstatsd/index.ts';
import { DatadogAgent, type Mood } from '../../support/datadog-agent.ts';
import { testHost } from '../support/host.ts';

const QUICK = { retryDelay: 5, maxRetryDelay: 20, breakerReset: 10, shutdownTimeout: 100 };
const PROXY = '/dogstatsd/v2/proxy';
/** Enough for several datagrams, through the proxy as well. */
const SERIES = 500;

let agent: DatadogAgent;

beforeEach(async () => {
  agent = await DatadogAgent.start();
});

afterEach(() => agent.stop());

/** The way of metrics from an instrument to the socket; records one counter of many series. */
function pipeline(options: DogStatsDMetricExporterOptions, timeout = 10_000) {
  const { host, lines } = testHost();
  const exporter = new DogStatsDMetricExporter({ host, ...options });
  const health = new DestinationHealth('datadog', host, 'DogStatsD');
  const setup = { name: 'datadog', health, options: QUICK };
  const end = createMetricDelivery(exporter, { queueSize: 10_000, timeout }, host, setup);
  const reader = createMetricReader(end, { interval: 1_000_000, timeout: 0 }, host);
  const provider = new MeterProvider({ readers: [reader] });
  const counter = provider.getMeter('test').createCounter('hits');
  return {
    lines,
    record: () => {
      for (let series = 0; series < SERIES; series++) counter.add(1, { series });
    },
    flush: () => provider.forceFlush().catch(() => {}),
    stats: () => end.delivery.stats(),
    close: () => provider.shutdown(),
  };
}

/** How often each series arrived. */
function arrivals(): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { name, tags } of agent.lines) {
    if (name !== 'hits') continue;
    const series = tags.find((tag) => tag.startsWith('series:')) ?? 'none';
    counts.set(series, (counts.get(series) ?? 0) + 1);
  }
  return counts;
}

const onProxy = (act: (nth: number, response: Parameters<Mood>[1]) => boolean): Mood =>
  (() => {
    let nth = 0;
    return (request, response) => request.url === PROXY && act(++nth, response);
  })();

test.each([
  ['UDP', () => `udp://127.0.0.1:${agent.udpPort}`],
  ['the proxy', () => agent.url],
])('over %s every point is delivered, once', async (_way, url) => {
  const { record, flush, stats, close } = pipeline({ url: url() });
  record();
  await flush();
  await agent.until(() => arrivals().size === SERIES);
  expect([...arrivals().values()].every((count) => count === 1)).toBe(true);
  expect(stats()).toMatchObject({ accepted: SERIES, delivered: SERIES, rejected: 0, retries: 0 });
  await close();
});

test('a datagram that is lost among others is counted, and no count is sent twice', async () => {
  agent.mood = onProxy((nth, response) => {
    if (nth !== 2) return false;
    response.writeHead(503).end();
    return true;
  });
  const { record, flush, stats, close, lines } = pipeline({ url: agent.url });
  record();
  await flush();
  expect([...arrivals().values()].every((count) => count === 1)).toBe(true);
  expect(arrivals().size).toBeLessThan(SERIES);
  const { accepted, delivered, rejected, retries } = stats();
  expect([accepted, retries]).toEqual([SERIES, 0]);
  expect(delivered + rejected).toBe(SERIES);
  // By the share of the datagrams, so not to the point.
  expect(Math.abs(delivered - arrivals().size)).toBeLessThan(SERIES / 5);
  expect(lines).toEqual([expect.stringContaining('HTTP 503')]);
  await close();
});

test('an Agent that is absent gets the counts when it comes, once', async () => {
  const { port } = agent;
  await agent.stop();
  const { record, flush, stats, close } = pipeline({ url: `http://127.0.0.1:${port}` }, 100);
  record();
  await flush();
  expect(stats()).toMatchObject({ accepted: SERIES, delivered: 0, inMemory: SERIES });
  agent = await DatadogAgent.start(undefined, port);
  await agent.until(() => arrivals().size === SERIES);
  await flush();
  expect([...arrivals().values()].every((count) => count === 1)).toBe(true);
  expect(stats()).toMatchObject({ accepted: SERIES, delivered: SERIES, inMemory: 0 });
  await close();
});

test('an Agent without a proxy: UDP from then on, nothing lost', async () => {
  agent.mood = onProxy((_nth, response) => {
    response.writeHead(404).end();
    return true;
  });
  const fallbackUrl = `udp://127.0.0.1:${agent.udpPort}`;
  const { record, flush, stats, close } = pipeline({ url: agent.url, fallbackUrl });
  record();
  await flush();
  await agent.until(() => arrivals().size === SERIES);
  expect(stats()).toMatchObject({ accepted: SERIES, delivered: SERIES, rejected: 0 });
  await close();
});

test('an Agent that does not answer may have counted: given up in time, and not sent again', async () => {
  let asked = 0;
  agent.mood = onProxy((nth) => {
    asked = nth;
    return true;
  });
  const { record, flush, stats, close } = pipeline({ url: agent.url, timeout: 60_000 }, 60);
  record();
  await flush();
  await flush();
  expect(stats()).toMatchObject({
    accepted: SERIES,
    delivered: 0,
    rejected: SERIES,
    inMemory: 0,
    retries: 0,
  });
  expect(asked).toBe(1);
  await close();
});
