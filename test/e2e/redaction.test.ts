import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatadogAgent } from '../support/datadog-agent.ts';
import { PROTOCOLS, startOtlpReceiver } from '../support/receivers/index.ts';
import { runApp } from '../support/run-app.ts';

const LEAKY = join(import.meta.dirname, 'apps', 'leaky.cjs');
/** Looks like a key of a big provider; put together here so that no scanner finds one in this file. */
const CANARY = ['sk', 'proj', 'Zq7Rw2Lk9Xc4Vb8Nm3Tj6Hy1Pd5Gf0Sa'].join('-');

function run(env: Record<string, string>) {
  return runApp({
    app: LEAKY,
    env: {
      CANARY,
      OTEL_SERVICE_NAME: 'leaky',
      OTEL_RESOURCE_ATTRIBUTES: `deployment.note=${CANARY}`,
      DD_TRACE_BAGGAGE_TAG_KEYS: '*',
      OTEL_LOG_LEVEL: 'debug',
      ...env,
    },
  }).exit;
}

/** Everything a receiver decoded, bytes too, as one text to search. */
function textOf(value: unknown): string {
  return JSON.stringify(value, (_key, inner) => {
    if (typeof inner === 'bigint') return `${inner}`;
    if (inner instanceof Uint8Array) return Buffer.from(inner).toString('latin1');
    if (inner instanceof Map) return Object.fromEntries(inner);
    return inner;
  });
}

describe('a secret leaves in no place of any signal', () => {
  test.each(PROTOCOLS)('over OTLP %s', async (protocol) => {
    await using receiver = await startOtlpReceiver(protocol);
    const exit = await run(receiver.env);
    expect(exit.stderr).not.toContain(CANARY);
    expect(receiver.spans).toHaveLength(1);
    expect(receiver.logs).toHaveLength(2);
    expect(receiver.metrics.map(({ name }) => name)).toEqual(expect.arrayContaining(['logins', 'time']));
    expect(textOf(receiver.requests.map(({ message }) => message))).not.toContain(CANARY);
    // What is harmless stays as it is.
    expect(receiver.spans[0]?.attributes).toMatchObject({
      'gen_ai.usage.input_tokens': 42,
      'http.route': '/users/:id',
    });
  });

  test('to a Datadog Agent, traces and DogStatsD', async () => {
    const agent = await DatadogAgent.start();
    try {
      const exit = await run({ SIGNALBOX_BACKEND: 'datadog', DD_TRACE_AGENT_URL: agent.url });
      expect(exit.stderr).not.toContain(CANARY);
      expect(agent.spans).toHaveLength(1);
      expect(agent.lines.length).toBeGreaterThan(0);
      expect(textOf([agent.requests, agent.datagrams])).not.toContain(CANARY);
    } finally {
      await agent.stop();
    }
  });

  test('to console and file', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'signalbox-redaction-'));
    try {
      const path = join(directory, 'telemetry.jsonl');
      const exit = await run({ SIGNALBOX_BACKEND: 'console,file', SIGNALBOX_FILE_PATH: path });
      const written = readFileSync(path, 'utf8');
      expect(exit.stderr).toContain('span leaky');
      expect(exit.stderr).not.toContain(CANARY);
      expect(written).toContain('resourceSpans');
      expect(written).not.toContain(CANARY);
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  });
});

test('SIGNALBOX_REDACTION=false sends everything as it is', async () => {
  await using receiver = await startOtlpReceiver('http/json');
  await run({ ...receiver.env, SIGNALBOX_REDACTION: 'false' });
  expect(receiver.spans[0]?.attributes.password).toBe(CANARY);
});

test('the patterns of the user are redacted too', async () => {
  await using receiver = await startOtlpReceiver('http/json');
  await run({
    ...receiver.env,
    CANARY: 'order ACME-0042 shipped',
    SIGNALBOX_REDACTION_PATTERNS: 'ACME-[0-9]+',
  });
  expect(textOf(receiver.spans[0]?.attributes.text)).not.toContain('ACME-0042');
});
