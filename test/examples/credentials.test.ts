/** examples/credentials: tokens of an OAuth endpoint reach the backend, and change while the application runs. */
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { startOtlpReceiver } from '../support/receivers/index.ts';
import { ROOT, runApp } from '../support/run-app.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const SECRET = 'c4n4ryS3cr3t';

/** A token endpoint; each token holds for `life` seconds. */
async function startTokenEndpoint(life: number) {
  const asked: { authorization: string | undefined; body: string }[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      asked.push({ authorization: request.headers.authorization, body });
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ access_token: `${SECRET}-${asked.length}`, expires_in: life }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    asked,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
    },
  };
}

function secretFile(): string {
  const path = join(temporaryDirectory(), 'secret');
  writeFileSync(path, `${SECRET}\n`, { mode: 0o600 });
  return path;
}

const env = (endpoint: string) => ({
  SIGNALBOX_PLUGINS: join(ROOT, 'examples/credentials/token.mjs'),
  SIGNALBOX_OTLP_CREDENTIALS: 'oauth',
  OAUTH_TOKEN_URL: endpoint,
  OAUTH_CLIENT_ID: 'shop',
  OAUTH_CLIENT_SECRET_FILE: secretFile(),
  OTEL_METRICS_EXPORTER: 'none',
  OTEL_LOGS_EXPORTER: 'none',
  OTEL_LOG_LEVEL: 'all',
});

test('the token is fetched once, with its secret, and goes with each request', async () => {
  await using tokens = await startTokenEndpoint(3_600);
  await using backend = await startOtlpReceiver('http/protobuf', {
    authorize: ({ authorization }) => authorization === `Bearer ${SECRET}-1`,
  });
  const exit = await runApp({ app: 'manual-spans.cjs', env: { ...backend.env, ...env(tokens.url) } }).exit;
  expect(exit).toMatchObject({ code: 0, stdout: 'ready\n' });
  expect(backend.spans).toHaveLength(3);
  const basic = `Basic ${Buffer.from(`shop:${SECRET}`).toString('base64')}`;
  expect(tokens.asked).toEqual([{ authorization: basic, body: 'grant_type=client_credentials' }]);
  expect(exit.stderr).not.toContain(SECRET);
});

test('at process.exit() the token that is there goes along', async () => {
  await using tokens = await startTokenEndpoint(3_600);
  await using backend = await startOtlpReceiver('grpc', {
    authorize: ({ authorization }) => authorization === `Bearer ${SECRET}-1`,
  });
  const app = runApp({
    app: 'manual-spans.cjs',
    args: ['--end=wait', '--on-signal=exit', '--code=9'],
    env: { ...backend.env, ...env(tokens.url), OTEL_BSP_SCHEDULE_DELAY: '60000' },
  });
  await app.waitForLine(/ready/);
  while (tokens.asked.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
  // The answer is on its way.
  await new Promise((resolve) => setTimeout(resolve, 200));
  app.kill('SIGTERM');
  expect(await app.exit).toMatchObject({ code: 9 });
  expect(backend.spans).toHaveLength(3);
});

test('a token that the endpoint does not give: nothing is sent, one line says why, and no secret is in it', async () => {
  await using backend = await startOtlpReceiver('http/protobuf');
  const app = runApp({
    app: 'manual-spans.cjs',
    env: { ...backend.env, ...env('http://127.0.0.1:9/token'), SIGNALBOX_SHUTDOWN_TIMEOUT: '500' },
  });
  const exit = await app.exit;
  expect(exit.code).toBe(0);
  expect(backend.requests).toEqual([]);
  const lines = exit.stderr.split('\n').filter((line) => line.includes('export of traces fails'));
  expect(lines).toEqual([
    expect.stringContaining('SIGNALBOX_OTLP_CREDENTIALS: the credentials "oauth" failed'),
  ]);
  expect(exit.stderr).not.toContain(SECRET);
});
