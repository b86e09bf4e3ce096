/** examples/plugin-exporter: a backend from a plug-in gets the spans of an unmodified application. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { ROOT, runApp } from '../support/run-app.ts';

interface Acme extends AsyncDisposable {
  readonly url: string;
  readonly spans: Record<string, unknown>[];
  readonly keys: unknown[];
}

/** What ACME's server would be: it reads lines of JSON and wants a key. */
async function startAcme(status = 202): Promise<Acme> {
  const spans: Record<string, unknown>[] = [];
  const keys: unknown[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      keys.push(request.headers['acme-key']);
      for (const line of body.trimEnd().split('\n')) spans.push(JSON.parse(line));
      response.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/spans`,
    spans,
    keys,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
    },
  };
}

const env = {
  SIGNALBOX_PLUGINS: join(ROOT, 'examples/plugin-exporter/acme.mjs'),
  OTEL_TRACES_EXPORTER: 'acme',
  OTEL_METRICS_EXPORTER: 'none',
  OTEL_LOGS_EXPORTER: 'none',
  OTEL_SERVICE_NAME: 'shop',
};

test.each(['manual-spans.cjs', 'manual-spans.mjs'])('%s: every span arrives', async (app) => {
  await using acme = await startAcme();
  const { code, stderr } = await runApp({ app, env: { ...env, ACME_URL: acme.url, ACME_API_KEY: 's3cret' } })
    .exit;
  expect(code).toBe(0);
  expect(acme.spans).toHaveLength(3);
  expect(acme.spans[1]).toEqual({
    trace: expect.stringMatching(/^[0-9a-f]{32}$/),
    id: expect.stringMatching(/^[0-9a-f]{16}$/),
    service: 'shop',
    name: 'span 1',
    milliseconds: expect.any(Number),
    attributes: { index: 1, even: false },
  });
  expect(acme.keys).toEqual(['s3cret']);
  expect(stderr).toContain(`acme (${new URL(acme.url).host})`);
  expect(stderr).not.toContain('s3cret');
});

test('its own requests leave no spans behind', async () => {
  await using acme = await startAcme();
  await runApp({ app: 'http-express.mjs', args: ['--once'], env: { ...env, ACME_URL: acme.url } }).exit;
  expect(acme.spans).toHaveLength(9);
});

test('its variables are checked like any other', async () => {
  await using acme = await startAcme();
  const { code, stderr } = await runApp({ app: 'manual-spans.cjs', env: { ...env, ACME_URL: 'ftp://acme' } })
    .exit;
  expect(code).toBe(0);
  expect(stderr).toMatch(/ACME_URL: "ftp:\/\/acme" .* Using http:\/\/127\.0\.0\.1:9999\/spans\. \[CFG001\]/);
  expect(acme.spans).toEqual([]);
});

test('a backend that refuses is reported once and the application ends as it would have', async () => {
  await using acme = await startAcme(500);
  const { code, stderr } = await runApp({ app: 'manual-spans.cjs', env: { ...env, ACME_URL: acme.url } })
    .exit;
  expect(code).toBe(0);
  expect(stderr.split('\n').filter((line) => line.includes('ACME answered 500'))).toHaveLength(1);
});
