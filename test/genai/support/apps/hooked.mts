/** Loads the clients the way an application does, by `require` or `import`, after the hooks are in. */
import { createRequire } from 'node:module';
import { register } from 'import-in-the-middle/register-hooks.mjs';
import { createGenAiInstrumentations } from '../../../../src/genai/index.ts';
import { createTestBox } from '../../../../src/testing/index.ts';
import { ProviderServer } from '../provider-server.ts';

register();
const box = createTestBox();
const instrumentations = createGenAiInstrumentations();
const load: (name: string) => Promise<unknown> =
  process.argv[2] === 'require'
    ? async (name) => createRequire(import.meta.url)(name)
    : (name) => import(name);

const { OpenAI } = (await load('openai')) as typeof import('openai');
const { Client } = (await load(
  '@modelcontextprotocol/sdk/client/index.js',
)) as typeof import('@modelcontextprotocol/sdk/client/index.js');
const { Server } = (await load(
  '@modelcontextprotocol/sdk/server/index.js',
)) as typeof import('@modelcontextprotocol/sdk/server/index.js');
const { InMemoryTransport } = (await load(
  '@modelcontextprotocol/sdk/inMemory.js',
)) as typeof import('@modelcontextprotocol/sdk/inMemory.js');

const server = await new ProviderServer().start();
const client = new OpenAI({ apiKey: 'x', baseURL: server.url, maxRetries: 0 });
await client.chat.completions.create({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'hi' }] });

const host = new Server({ name: 'tools', version: '1.0.0' }, { capabilities: {} });
const [left, right] = InMemoryTransport.createLinkedPair();
const mcp = new Client({ name: 'app', version: '1.0.0' });
await Promise.all([host.connect(right), mcp.connect(left)]);
await mcp.close();

for (const instrumentation of Object.values(instrumentations)) instrumentation.disable();
await client.chat.completions.create({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'hi' }] });
process.stdout.write(JSON.stringify(box.spans().map(({ name }) => name)));
await box.dispose();
await server.stop();
