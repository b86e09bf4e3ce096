/** The same application against a real OpenTelemetry Collector, over every protocol. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCertificates } from '../support/certificates.ts';
import { outline } from '../support/outline.ts';
import { type Inbox, PROTOCOLS } from '../support/receivers/index.ts';
import { runApp } from '../support/run-app.ts';
import { EVERYTHING, expectLogs, expectMetrics, expectSpans, idsOf } from './everything.ts';
import { type CollectorOptions, describeWith, startCollector } from './support/index.ts';

type Protocol = (typeof PROTOCOLS)[number];
type Variables = Record<string, string>;

/** Runs `everything.cjs` to its end, against a Collector with these options. */
async function record(protocol: Protocol, variables: Variables = {}, options: CollectorOptions = {}) {
  await using collector = await startCollector(options);
  const env = { ...collector.env(protocol), OTEL_SERVICE_NAME: 'shop', ...variables };
  const { code, stdout, stderr } = await runApp({ app: EVERYTHING, env }).exit;
  expect({ code, stderr }).toMatchObject({ code: 0 });
  return { ids: idsOf(stdout), stderr, inbox: await collector.finish() };
}

function expectEverything({ ids, inbox }: { ids: ReturnType<typeof idsOf>; inbox: Inbox }): void {
  expectSpans(inbox.spans, ids);
  expectMetrics(inbox.metrics);
  expectLogs(inbox.logs, ids);
}

describeWith('collector', 'a Collector decodes', () => {
  describe.each(PROTOCOLS)('over %s', (protocol) => {
    test('spans, metrics, logs and the resource of one of everything', async () => {
      const resource = 'deployment.environment.name=test,team=orders%20%26%20co';
      const recorded = await record(protocol, { OTEL_RESOURCE_ATTRIBUTES: resource });
      expectEverything(recorded);
      const { spans, metrics, logs } = recorded.inbox;
      for (const { resource } of [...spans, ...metrics, ...logs]) {
        expect(resource.attributes).toMatchObject({
          'service.name': 'shop',
          'deployment.environment.name': 'test',
          team: 'orders & co',
          'telemetry.distro.name': 'signalbox',
          'telemetry.distro.version': expect.stringMatching(/^\d+\.\d+\.\d+/),
          'telemetry.sdk.language': 'nodejs',
          'process.pid': expect.any(Number),
        });
      }
    });

    test('the same with gzip', async () => {
      expectEverything(await record(protocol, { OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip' }));
    });

    test('exponential histograms and delta temporality', async () => {
      const { inbox } = await record(protocol, {
        OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION: 'base2_exponential_bucket_histogram',
        OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: 'delta',
      });
      const metric = (name: string) => inbox.metrics.find((candidate) => candidate.name === name);
      expect(metric('orders')).toMatchObject({ temporality: 'DELTA' });
      expect(metric('open')).toMatchObject({ temporality: 'CUMULATIVE' });
      expect(metric('duration')).toMatchObject({
        type: 'exponentialHistogram',
        temporality: 'DELTA',
        points: [{ count: 3n, sum: expect.closeTo(4.3), min: 0.1, max: 4 }],
      });
    });

    test('one trace of an instrumented web application', async () => {
      await using collector = await startCollector();
      const env = { ...collector.env(protocol), OTEL_SERVICE_NAME: 'shop' };
      const { code } = await runApp({ app: 'http-express.mjs', args: ['--once'], env }).exit;
      const { spans } = await collector.finish();
      expect(code).toBe(0);
      expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1);
      expect(outline(spans)).toEqual([
        'CLIENT GET',
        '  SERVER GET /',
        '    INTERNAL request handler',
        '      CLIENT GET',
        '        SERVER GET /by-http',
        '          INTERNAL request handler',
        '      CLIENT GET',
        '        SERVER GET /by-fetch',
        '          INTERNAL request handler',
      ]);
    });
  });

  // A Collector that knows gzip only tells whether gzip was really spoken.
  test.each(['http/protobuf', 'http/json'] as const)('gzip only, over %s', async (protocol) => {
    const options = { http: { compression_algorithms: ['gzip'] } };
    expectEverything(await record(protocol, { OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip' }, options));
    const plain = await record(protocol, { OTEL_EXPORTER_OTLP_COMPRESSION: 'none' }, options);
    expect(plain.inbox.requests).toEqual([]);
    expect(plain.stderr).toContain('400');
  });
});

describeWith('collector', 'a Collector with TLS', () => {
  const folder = mkdtempSync(join(tmpdir(), 'peers-tls-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const { ca, server, client } = createCertificates();
  const file = (name: string, content: string): string => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };
  const paths = {
    ca: file('ca.pem', ca),
    cert: file('server.pem', server.cert),
    key: file('server.key', server.key),
    clientCert: file('client.pem', client.cert),
    clientKey: file('client.key', client.key),
  };
  const tls = { cert_file: paths.cert, key_file: paths.key };
  const mutual = { ...tls, client_ca_file: paths.ca };
  const trust = { OTEL_EXPORTER_OTLP_CERTIFICATE: paths.ca };
  const identity = {
    OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE: paths.clientCert,
    OTEL_EXPORTER_OTLP_CLIENT_KEY: paths.clientKey,
  };

  describe.each(PROTOCOLS)('over %s', (protocol) => {
    test('gets everything from who trusts its authority', async () => {
      expectEverything(await record(protocol, trust, { tls }));
    });

    test('gets everything from who shows the certificate it asks for', async () => {
      expectEverything(await record(protocol, { ...trust, ...identity }, { tls: mutual }));
    });

    test.each([
      ['without its authority', {}, tls],
      ['without the certificate it asks for', trust, mutual],
    ])('gets nothing from who comes %s, and the application is told', async (_, variables, security) => {
      const brief = { OTEL_EXPORTER_OTLP_TIMEOUT: '2000' };
      const { inbox, stderr } = await record(protocol, { ...brief, ...variables }, { tls: security });
      expect(inbox.requests).toEqual([]);
      expect(stderr).toMatch(/WARN.*(fails|lost)/);
    });
  });
});
