/** Which instrumentation of GenAI clients is at work. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ProviderServer } from '../../genai/support/provider-server.ts';
import { type OtlpReceiver, startOtlpReceiver } from '../../support/receivers/index.ts';
import { ROOT, runApp } from '../../support/run-app.ts';

const APP = join(import.meta.dirname, '../apps/genai/both.mjs');
const CHAT = 'chat gpt-4o-mini';

let provider: ProviderServer;
let receiver: OtlpReceiver;
beforeAll(async () => {
  provider = await new ProviderServer().start();
  receiver = await startOtlpReceiver('http/protobuf');
});
afterAll(() => Promise.all([provider.stop(), receiver.close()]));
beforeEach(() => receiver.clear());

async function namesOf(env: Record<string, string>, app = APP): Promise<string[]> {
  const exit = await runApp({ app, env: { ...receiver.env, PROVIDER_URL: provider.url, ...env } }).exit;
  expect([exit.code, exit.stderr]).toEqual([0, expect.not.stringMatching(/INS00/)]);
  const own = receiver.spans.filter(({ scope }) => !/instrumentation-(?:http|undici)$/.test(scope.name));
  return own.map(({ name }) => name).sort();
}

test.each<[variables: Record<string, string>, names: string[]]>([
  [{}, [CHAT, 'initialize', 'initialize']],
  [{ OTEL_NODE_DISABLED_INSTRUMENTATIONS: 'openai' }, ['initialize', 'initialize']],
  [{ OTEL_NODE_DISABLED_INSTRUMENTATIONS: 'mcp' }, [CHAT]],
  [{ OTEL_NODE_DISABLED_INSTRUMENTATIONS: 'openai,mcp' }, []],
  [{ OTEL_NODE_ENABLED_INSTRUMENTATIONS: 'openai' }, [CHAT]],
  [{ OTEL_NODE_ENABLED_INSTRUMENTATIONS: 'mcp' }, ['initialize', 'initialize']],
])('%j', async (variables, names) => {
  expect(await namesOf(variables)).toEqual(names);
});

test.each(['@opentelemetry/instrumentation-openai', '@traceloop/instrumentation-openai'])(
  'a call that %s has traced gets no second span',
  async (scope) => {
    const env = { OTHER_SCOPE: scope, OTEL_NODE_DISABLED_INSTRUMENTATIONS: 'mcp' };
    expect(await namesOf(env)).toEqual([CHAT]);
    expect(receiver.spans.map((span) => span.scope.name)).toContain(scope);
  },
);

test('openai 7 has one span too, with other instrumentations of it installed', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'signalbox-openai-'));
  try {
    const modules = join(directory, 'node_modules');
    cpSync(join(ROOT, 'node_modules/openai7'), join(modules, 'openai'), { recursive: true });
    for (const name of ['@opentelemetry', '@traceloop']) {
      const other = join(modules, name, 'instrumentation-openai');
      mkdirSync(other, { recursive: true });
      writeFileSync(
        join(other, 'package.json'),
        JSON.stringify({ name: `${name}/instrumentation-openai`, version: '1.0.0' }),
      );
      writeFileSync(join(other, 'index.js'), 'throw new Error("nobody may load this");');
    }
    symlinkSync(join(ROOT, 'node_modules/@opentelemetry/api'), join(modules, '@opentelemetry/api'));
    const app = join(directory, 'app.mjs');
    writeFileSync(
      app,
      `import OpenAI from 'openai';
const client = new OpenAI({ apiKey: 'none', baseURL: process.env.PROVIDER_URL, maxRetries: 0 });
await client.chat.completions.create({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'hi' }] });`,
    );
    expect(await namesOf({}, app)).toEqual([CHAT]);
    expect(receiver.spans.find(({ name }) => name === CHAT)?.attributes).toMatchObject({
      'gen_ai.usage.input_tokens': 30,
      'gen_ai.usage.cost': expect.closeTo(0.00001095, 9),
    });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});
