/** Header files in real processes: rotated while they run and at their end, and never shown. */
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startOtlpReceiver } from '../support/receivers/index.ts';
import { ROOT, runApp } from '../support/run-app.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const CANARY = 'c4n4ryS3cr3t';
const APPS = join(import.meta.dirname, 'apps');
const TRACES_ONLY = { OTEL_METRICS_EXPORTER: 'none', OTEL_LOGS_EXPORTER: 'none' };

function headerFile(text: string, mode = 0o600): { path: string; replace(text: string): void } {
  const path = join(temporaryDirectory(), 'headers');
  const replace = (content: string): void => {
    writeFileSync(`${path}.new`, content, { mode });
    renameSync(`${path}.new`, path);
  };
  replace(text);
  return { path, replace };
}

describe.each(['http/protobuf', 'grpc'] as const)('over %s', (protocol) => {
  test('process.exit() sends with the headers that the file has then', async () => {
    await using backend = await startOtlpReceiver(protocol, {
      authorize: ({ 'x-key': key }) => key === `${CANARY}-2`,
    });
    const file = headerFile(`x-key=${CANARY}-1\n`);
    const app = runApp({
      app: 'manual-spans.cjs',
      args: ['--end=wait', '--on-signal=exit', '--code=9'],
      env: {
        ...backend.env,
        ...TRACES_ONLY,
        SIGNALBOX_OTLP_HEADERS_FILE: file.path,
        OTEL_BSP_SCHEDULE_DELAY: '60000',
        OTEL_LOG_LEVEL: 'all',
      },
    });
    await app.waitForLine(/ready/);
    file.replace(`x-key=${CANARY}-2\n`);
    app.kill('SIGTERM');
    const exit = await app.exit;
    expect(exit.code).toBe(9);
    expect(backend.spans).toHaveLength(3);
    expect(exit.stderr).not.toContain(CANARY);
  });

  test('a token that changes every moment while spans flow: all of them arrive', async () => {
    let version = 0;
    await using backend = await startOtlpReceiver(protocol, {
      authorize: ({ 'x-key': key }) => key === `v${version}`,
    });
    const file = headerFile('x-key=v0');
    const app = runApp({
      app: join(APPS, 'ticks.cjs'),
      env: {
        ...backend.env,
        ...TRACES_ONLY,
        SIGNALBOX_OTLP_HEADERS_FILE: file.path,
        OTEL_BSP_SCHEDULE_DELAY: '20',
      },
    });
    for (version = 0; version < 5; ) {
      const before = backend.spans.length;
      await backend.waitForSpans(before + 3);
      file.replace(`x-key=v${version + 1}`);
      version++;
    }
    app.kill('SIGTERM');
    const exit = await app.exit;
    // On a busy machine the token may change twice while a request is under way; then it waits, with a line.
    const warnings = exit.stderr.split('\n').filter((line) => line.includes('WARN'));
    expect(warnings.filter((line) => !/ 401 |UNAUTHENTICATED/.test(line))).toEqual([]);
    expect(exit.stderr).not.toMatch(/lost in this process|not confirmed/);
  });
});

test('a named destination has a file of its own, and never that of its kind', async () => {
  await using one = await startOtlpReceiver('http/protobuf');
  await using eu = await startOtlpReceiver('http/protobuf');
  await using us = await startOtlpReceiver('http/protobuf');
  const exit = await runApp({
    app: 'manual-spans.cjs',
    env: {
      ...TRACES_ONLY,
      ...one.env,
      SIGNALBOX_BACKEND: 'otlp,otlp/eu,otlp/us',
      SIGNALBOX_OTLP_HEADERS_FILE: headerFile('x-key=one').path,
      SIGNALBOX_OTLP_EU_ENDPOINT: eu.url,
      SIGNALBOX_OTLP_EU_HEADERS_FILE: headerFile('x-key=eu').path,
      SIGNALBOX_OTLP_US_ENDPOINT: us.url,
    },
  }).exit;
  expect(exit.stderr).not.toContain('WARN');
  const keys = [one, eu, us].map(({ requests }) => requests.map(({ headers }) => headers['x-key']));
  expect(keys).toEqual([['one'], ['eu'], [undefined]]);
});

test('a file that everybody can read is one line without what is in it', async () => {
  await using backend = await startOtlpReceiver('http/protobuf');
  const file = headerFile(`x-key=${CANARY}`, 0o644);
  const { stderr } = await runApp({
    app: 'manual-spans.cjs',
    env: { ...backend.env, SIGNALBOX_OTLP_HEADERS_FILE: file.path, OTEL_LOG_LEVEL: 'all' },
  }).exit;
  expect(stderr.split('\n').filter((line) => line.includes('can be read by every user'))).toHaveLength(1);
  expect(stderr).not.toContain(CANARY);
  expect(backend.requests[0]?.headers['x-key']).toBe(CANARY);
});

test.each([
  ['a bare secret', `${CANARY}\n`],
  ['a header that HTTP does not allow', `my ${CANARY}=${CANARY}`],
])('a file with %s: nothing is sent, and the secret is not shown', async (_what, text) => {
  await using backend = await startOtlpReceiver('http/protobuf');
  const { stderr, code } = await runApp({
    app: 'manual-spans.cjs',
    env: {
      ...backend.env,
      SIGNALBOX_OTLP_HEADERS_FILE: headerFile(text).path,
      OTEL_LOG_LEVEL: 'all',
      SIGNALBOX_SHUTDOWN_TIMEOUT: '300',
    },
  }).exit;
  expect(code).toBe(0);
  expect(backend.requests).toEqual([]);
  expect(stderr).toContain('nothing is sent without them');
  expect(stderr).not.toContain(CANARY);
});

test('the dump of the settings shows the path and not the content', async () => {
  const file = headerFile(`x-key=${CANARY}`);
  const { stdout, stderr } = await runApp({
    app: join(ROOT, 'dist/cli.cjs'),
    args: ['config'],
    loader: 'none',
    env: { SIGNALBOX_OTLP_HEADERS_FILE: file.path, SIGNALBOX_OTLP_CREDENTIALS: 'vault' },
  }).exit;
  expect(stdout).toContain(file.path);
  expect(stdout + stderr).not.toContain(CANARY);
});
