/** Tokens and certificates that change while telemetry flows: everything arrives, once each by its id. */
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSpanDelivery, ProviderSource } from '../../../exporters/index.ts';
import { otlpExporter } from '../../../exporters/otlp/index.ts';
import type { HeaderSource } from '../../../src/core/index.ts';
import { type Certificates, createCertificates } from '../../support/certificates.ts';
import { type OtlpReceiver, startOtlpReceiver } from '../../support/receivers/index.ts';
import { span } from '../../support/spans.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { testHost } from '../support/host.ts';
import { settingsOf } from '../support/settings.ts';

const BATCH = { queueSize: 10_000, batchSize: 5, delay: 5, timeout: 8_000 };
const QUICK = { retryDelay: 20, maxRetryDelay: 100, breakerReset: 50, breakerThreshold: 3 };
const PROTOCOLS = ['http/protobuf', 'http/json', 'grpc'] as const;

function deliveryTo(env: Record<string, string>, credentials?: HeaderSource) {
  const test = testHost();
  const host = { ...test.host, ...(credentials ? { credentials: () => credentials } : {}) };
  const { settings, problems } = settingsOf(otlpExporter, env);
  const exporter = otlpExporter.create(settings, host).traces?.();
  if (!exporter) throw new Error('no exporter of traces');
  const processor = createSpanDelivery(exporter, BATCH, host, { name: 'otlp', options: QUICK });
  let ended = 0;
  return {
    ...test,
    problems: [...problems, ...test.problems],
    processor,
    stats: () => processor.delivery.stats(),
    /** Ends so many spans, each with a name of its own. */
    end(count: number) {
      for (let index = 0; index < count; index++) processor.onEnd(span({ name: `span ${ended++}` }));
    },
    names: () => Array.from({ length: ended }, (_, index) => `span ${index}`).sort(),
  };
}

function namesAt(...receivers: OtlpReceiver[]): string[] {
  return receivers.flatMap(({ spans }) => spans.map(({ name }) => name)).sort();
}

function temporary(): string {
  return temporaryDirectory();
}

/** As careful programs write files: at once. */
function replace(path: string, text: string): void {
  writeFileSync(`${path}.new`, text, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

describe.each(PROTOCOLS)('over %s', (protocol) => {
  test('a token in a file that changes: nothing is lost, nothing comes twice', async () => {
    let token = 'token-0';
    await using backend = await startOtlpReceiver(protocol, {
      authorize: ({ authorization }) => authorization === `Bearer ${token}`,
    });
    const file = join(temporary(), 'headers');
    replace(file, 'Authorization: Bearer token-0\n');
    const delivery = deliveryTo({ ...backend.env, SIGNALBOX_OTLP_HEADERS_FILE: file });
    for (let rotation = 1; rotation <= 5; rotation++) {
      delivery.end(20);
      await backend.waitForSpans((rotation - 1) * 40 + 1);
      token = `token-${rotation}`;
      replace(file, `Authorization: Bearer ${token}\n`);
      delivery.end(20);
      await delivery.processor.forceFlush();
    }
    await delivery.processor.shutdown();
    expect(namesAt(backend)).toEqual(delivery.names());
    expect(delivery.stats()).toMatchObject({ delivered: 200, rejected: 0, dropped: {} });
    expect(delivery.lines.join('\n')).not.toContain('token-');
  });

  test('refused spans wait, and go as soon as the file has the right token', async () => {
    await using backend = await startOtlpReceiver(protocol, {
      authorize: ({ 'x-key': key }) => key === 'right',
    });
    const file = join(temporary(), 'headers');
    replace(file, 'x-key=wrong');
    const delivery = deliveryTo({ ...backend.env, SIGNALBOX_OTLP_HEADERS_FILE: file });
    delivery.end(5);
    while (delivery.lines.length === 0) await new Promise((resolve) => setTimeout(resolve, 2));
    replace(file, 'x-key=right');
    delivery.processor.delivery.destination?.remote?.settings(); // Looks at the file, as its watch does every 5 s.
    await backend.waitForSpans(5);
    await delivery.processor.shutdown();
    expect(delivery.lines[0]).toContain('check the credentials (SIGNALBOX_OTLP_HEADERS_FILE)');
    expect(delivery.stats()).toMatchObject({ delivered: 5, dropped: {} });
  });

  test('a provider whose tokens the backend stops taking', async () => {
    let token = 0;
    let asked = 0;
    await using backend = await startOtlpReceiver(protocol, {
      authorize: ({ authorization }) => authorization === `Bearer ${token}`,
    });
    const time = testHost();
    const provider = { get: async () => ({ headers: { authorization: `Bearer ${token}` }, n: asked++ }) };
    const source = new ProviderSource('vault', provider, time.host);
    const delivery = deliveryTo({ ...backend.env, SIGNALBOX_OTLP_CREDENTIALS: 'vault' }, source);
    for (let rotation = 0; rotation < 4; rotation++) {
      token = rotation;
      // Otherwise what was refused is the newest there is.
      time.time.now += 1_000;
      delivery.end(10);
      await delivery.processor.forceFlush();
    }
    await delivery.processor.shutdown();
    expect(namesAt(backend)).toEqual(delivery.names());
    expect(asked).toBe(4);
  });

  test('without credentials nothing is sent, and what waits goes when there are some', async () => {
    await using backend = await startOtlpReceiver(protocol);
    const file = join(temporary(), 'headers');
    const delivery = deliveryTo({ ...backend.env, SIGNALBOX_OTLP_HEADERS_FILE: file });
    delivery.end(3);
    await expect(
      Promise.race([
        delivery.processor.forceFlush(),
        new Promise((resolve) => setTimeout(resolve, 100, 'late')),
      ]),
    ).resolves.toBe('late');
    expect(backend.requests).toEqual([]);
    replace(file, 'x-key=k');
    delivery.processor.delivery.destination?.remote?.settings();
    await backend.waitForSpans(3);
    expect(backend.requests[0]?.headers['x-key']).toBe('k');
    await delivery.processor.shutdown();
  });

  test('certificates of both sides that are replaced while it runs', async () => {
    const [old, young] = [createCertificates(), createCertificates()];
    const directory = temporary();
    const write = ({ ca, client }: Certificates): void => {
      replace(join(directory, 'ca.pem'), ca);
      replace(join(directory, 'client.pem'), client.cert);
      replace(join(directory, 'client.key'), client.key);
    };
    write(old);
    const first = await startOtlpReceiver(protocol, { tls: { ...old.server, ca: old.ca } });
    const delivery = deliveryTo({
      ...first.env,
      OTEL_EXPORTER_OTLP_CERTIFICATE: join(directory, 'ca.pem'),
      OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE: join(directory, 'client.pem'),
      OTEL_EXPORTER_OTLP_CLIENT_KEY: join(directory, 'client.key'),
    });
    delivery.end(10);
    await delivery.processor.forceFlush();
    await first.close();
    await using second = await startOtlpReceiver(protocol, {
      port: first.port,
      tls: { ...young.server, ca: young.ca },
    });
    delivery.end(10);
    write(young);
    delivery.end(10);
    await delivery.processor.forceFlush();
    await delivery.processor.shutdown();
    expect(namesAt(first, second)).toEqual(delivery.names());
    expect(delivery.problems).toEqual([]);
  });
});

test.each([
  ['a file', { SIGNALBOX_OTLP_HEADERS_FILE: '/run/secrets/otlp' }, 'SIGNALBOX_OTLP_HEADERS_FILE'],
  ['a plug-in', { SIGNALBOX_OTLP_CREDENTIALS: 'vault' }, 'SIGNALBOX_OTLP_CREDENTIALS'],
])('headers of %s do not go in the clear to another machine', (_what, env, source) => {
  const exposed = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector.example:4318', ...env };
  const { settings, problems } = settingsOf(otlpExporter, exposed);
  expect(problems).toEqual([
    expect.objectContaining({ code: 'CFG011', message: expect.stringContaining(source) }),
  ]);
  expect(settings.traces).toMatchObject({ headerFiles: [] });
  expect(settings.traces.provider).toBeUndefined();
  const meant = settingsOf(otlpExporter, { ...exposed, SIGNALBOX_INSECURE_CREDENTIALS: 'true' });
  expect(meant.problems).toEqual([]);
  expect(meant.settings.traces.credentialSources).toEqual([source]);
});

test('a plug-in that does not exist is one problem, and nothing is sent', async () => {
  await using backend = await startOtlpReceiver('http/protobuf');
  const delivery = deliveryTo({ ...backend.env, SIGNALBOX_OTLP_CREDENTIALS: 'valut' });
  delivery.end(1);
  await delivery.processor.shutdown();
  expect(delivery.problems).toEqual([expect.objectContaining({ code: 'CFG003', used: 'sending nothing' })]);
  expect(backend.requests).toEqual([]);
});

test('the files of one signal and of all go together, and the own ones win', async () => {
  await using backend = await startOtlpReceiver('http/protobuf');
  const directory = temporary();
  replace(join(directory, 'all'), 'x-key=general\nx-tenant=shop');
  replace(join(directory, 'traces'), 'x-key=own');
  const delivery = deliveryTo({
    ...backend.env,
    OTEL_EXPORTER_OTLP_HEADERS: 'x-key=static,x-static=yes',
    SIGNALBOX_OTLP_HEADERS_FILE: join(directory, 'all'),
    SIGNALBOX_OTLP_TRACES_HEADERS_FILE: join(directory, 'traces'),
  });
  delivery.end(1);
  await delivery.processor.forceFlush();
  await delivery.processor.shutdown();
  expect(backend.requests[0]?.headers).toMatchObject({
    'x-key': 'own',
    'x-tenant': 'shop',
    'x-static': 'yes',
  });
});
