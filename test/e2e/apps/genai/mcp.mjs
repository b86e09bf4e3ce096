/** The cells of the matrix that MCP has. */
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import { cell, ignored, kept, sayElsewhere } from './scenario.mjs';

const inputSchema = { text: z.string() };
const content = (text) => ({ content: [{ type: 'text', text }] });

/** A client and a server of its own, connected. */
async function connected(use) {
  const server = new McpServer({ name: 'tools', version: '1.0.0' });
  const register = (name, run) =>
    server.registerTool(name, { description: kept('description'), inputSchema }, run);
  register('echo', async () => content(kept('result')));
  register('broken', async ({ text }) => {
    throw new Error(`broken by ${text}`);
  });
  const reached = Promise.withResolvers();
  register('hang', () => {
    reached.resolve();
    return new Promise(() => {});
  });
  const [left, right] = InMemoryTransport.createLinkedPair();
  const client = new Client({ name: 'app', version: '1.0.0' });
  await Promise.all([server.connect(right), client.connect(left)]);
  const call = (name, options) =>
    client.callTool({ name, arguments: { text: kept('argument') } }, undefined, options);
  await use({ call, client, server, reached: reached.promise });
  await client.close();
}

await cell('mcp/tools', () =>
  connected(async ({ call }) => {
    await call('echo');
    await call('broken');
    await call('missing').catch(ignored);
    sayElsewhere();
  }),
);
await cell('mcp/abort', () =>
  connected(async ({ call, reached }) => {
    const controller = new AbortController();
    const pending = call('hang', { signal: controller.signal }).catch(ignored);
    await reached;
    controller.abort();
    await pending;
  }),
);
await cell('mcp/cut', () =>
  connected(async ({ call, server, reached }) => {
    const pending = call('hang').catch(ignored);
    await reached;
    await server.close();
    await pending;
  }),
);
