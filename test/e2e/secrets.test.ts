import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type OtlpReceiver, startOtlpReceiver } from '../support/receivers/index.ts';
import { runApp } from '../support/run-app.ts';

/** Stands in every place that may hold a secret; it must not come out anywhere. */
const CANARY = 'c4n4ryS3cr3t';
let directory: string;
let receiver: OtlpReceiver;

beforeAll(async () => {
  receiver = await startOtlpReceiver('http/protobuf');
  directory = mkdtempSync(join(tmpdir(), 'signalbox-secrets-'));
});

afterAll(async () => {
  rmSync(directory, { recursive: true, force: true });
  await receiver.close();
});

const yaml = (name: string, text: string): string => {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
};

const withUser = (url: string): string => url.replace('://', `://user:${CANARY}@`);

describe('OTEL_LOG_LEVEL=all shows no secret', () => {
  test.each<[where: string, env: () => Record<string, string>]>([
    ['in headers', () => ({ OTEL_EXPORTER_OTLP_HEADERS: `authorization=Bearer%20${CANARY}` })],
    ['in headers of a signal', () => ({ OTEL_EXPORTER_OTLP_TRACES_HEADERS: `x-key=${CANARY}` })],
    ['in headers that are malformed', () => ({ OTEL_EXPORTER_OTLP_HEADERS: `${CANARY}` })],
    ['in headers with a bad name', () => ({ OTEL_EXPORTER_OTLP_HEADERS: `bad name=${CANARY}` })],
    ['in headers with a bad value', () => ({ OTEL_EXPORTER_OTLP_HEADERS: `x-key=${CANARY}%0a1` })],
    ['in the user part of an endpoint', () => ({ OTEL_EXPORTER_OTLP_ENDPOINT: withUser(receiver.url) })],
    [
      'in the user part of an endpoint that is down',
      () => ({ OTEL_EXPORTER_OTLP_ENDPOINT: `http://user:${CANARY}@127.0.0.1:1` }),
    ],
    [
      'in the user part over gRPC',
      () => ({
        OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
        OTEL_EXPORTER_OTLP_ENDPOINT: `http://user:${CANARY}@127.0.0.1:1`,
      }),
    ],
    [
      'in the query of an endpoint',
      () => ({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${receiver.url}/v1/traces?key=${CANARY}` }),
    ],
    [
      'in the path of an endpoint that refuses',
      () => ({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `http://127.0.0.1:1/${CANARY}` }),
    ],
    [
      'in an endpoint of another scheme',
      () => ({ OTEL_EXPORTER_OTLP_ENDPOINT: `ftp://user:${CANARY}@127.0.0.1:1` }),
    ],
    ['in an endpoint that is no URL', () => ({ OTEL_EXPORTER_OTLP_ENDPOINT: `http://user:${CANARY}@:x:y` })],
    [
      'in the headers of a file',
      () => ({
        SIGNALBOX_CONFIG_FILE: yaml(
          'a.yaml',
          `exporter:\n  otlp:\n    headers:\n      authorization: Bearer ${CANARY}\n`,
        ),
      }),
    ],
    [
      'in a variable that a file uses',
      () => ({
        TOKEN: CANARY,
        SIGNALBOX_CONFIG_FILE: yaml(
          'b.yaml',
          `exporter:\n  otlp:\n    headers:\n      authorization: "Bearer \${TOKEN}"\n`,
        ),
      }),
    ],
    [
      'in headers of a file that are no map',
      () => ({ SIGNALBOX_CONFIG_FILE: yaml('c.yaml', `exporter:\n  otlp:\n    headers: "${CANARY}"\n`) }),
    ],
    [
      'in a file with a mistake in its grammar',
      () => ({
        SIGNALBOX_CONFIG_FILE: yaml(
          'd.yaml',
          `exporter:\n  otlp:\n    headers:\n      a: "${CANARY}\n   b: [\n`,
        ),
      }),
    ],
    ['behind a misspelt name', () => ({ OTEL_EXPORTER_OTLP_HEADRS: `authorization=${CANARY}` })],
  ])('%s', async (_where, env) => {
    const { stdout, stderr, code } = await runApp({
      app: 'manual-spans.cjs',
      env: { ...receiver.env, OTEL_LOG_LEVEL: 'all', OTEL_EXPORTER_OTLP_TIMEOUT: '1000', ...env() },
    }).exit;
    expect(code).toBe(0);
    expect(stdout).toBe('ready\n');
    expect(stderr).toContain('started: service');
    expect(stderr).not.toContain(CANARY);
  });
});
