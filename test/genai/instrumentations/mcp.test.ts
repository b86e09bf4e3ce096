import { randomUUID } from 'node:crypto';
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import * as protocol from '@modelcontextprotocol/sdk/shared/protocol.js';
import { CallToolRequestSchema, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { propagation, SpanKind, trace } from '@opentelemetry/api';
import { traceAgent } from '../../../src/genai/index.ts';
import { McpInstrumentation } from '../../../src/genai/instrumentations/index.ts';
import { createTestBox, type TestBox } from '../../../src/testing/index.ts';

let box: TestBox;
let metas: unknown[];
new McpInstrumentation().patch(protocol);
beforeEach(() => {
  box = createTestBox();
  metas = [];
});
afterEach(() => box.dispose());

function toolServer(): Server {
  const server = new Server({ name: 'tools', version: '1.0.0' }, { capabilities: { tools: {} } });
  server.setRequestHandler(ListToolsRequestSchema, async () => ({ tools: [] }));
  server.setRequestHandler(CallToolRequestSchema, async ({ params }) => {
    metas.push(params._meta);
    trace.getTracer('test').startSpan('inside the tool').end();
    if (params.name === 'throws') throw new Error('broken');
    return { content: [{ type: 'text', text: 'done' }], isError: params.name === 'fails' };
  });
  return server;
}

async function connected(): Promise<Client> {
  const [left, right] = InMemoryTransport.createLinkedPair();
  const client = new Client({ name: 'app', version: '1.0.0' });
  await Promise.all([toolServer().connect(right), client.connect(left)]);
  box.reset();
  return client;
}

describe('MCP', () => {
  test('a tool call is one trace over both sides, within the agent', async () => {
    const client = await connected();
    await traceAgent({ name: 'worker' }, () => client.callTool({ name: 'echo', _meta: { mine: 1 } }));
    box
      .assertSpans()
      .isComplete()
      .hasNamesInOrder('invoke_agent worker', 'tools/call echo', 'tools/call echo', 'inside the tool');
    const [agent, caller, server, inside] = box.spans();
    expect([caller?.kind, server?.kind]).toEqual([SpanKind.CLIENT, SpanKind.SERVER]);
    expect([caller, server, inside].map((span) => span?.parentSpanContext?.spanId)).toEqual(
      [agent, caller, server].map((span) => span?.spanContext().spanId),
    );
    expect(caller?.attributes).toMatchObject({
      'mcp.method.name': 'tools/call',
      'gen_ai.operation.name': 'execute_tool',
      'gen_ai.tool.name': 'echo',
      'gen_ai.agent.name': 'worker',
    });
    expect(metas).toEqual([
      { mine: 1, traceparent: expect.stringContaining(caller?.spanContext().spanId ?? '?') },
    ]);
    await client.close();
  });

  test('the context crosses HTTP in the message', async () => {
    const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: randomUUID });
    await toolServer().connect(transport as never);
    const http: HttpServer = createServer(
      (request, response) => void transport.handleRequest(request, response),
    );
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    const url = new URL(`http://127.0.0.1:${(http.address() as AddressInfo).port}`);
    const client = new Client({ name: 'app', version: '1.0.0' });
    await client.connect(new StreamableHTTPClientTransport(url) as never);
    box.reset();
    await client.callTool({ name: 'echo' });
    const [caller, server] = box.assertSpans().named('tools/call echo').hasCount(2).spans;
    expect(server?.parentSpanContext?.spanId).toBe(caller?.spanContext().spanId);
    await client.close();
    await transport.close();
    http.closeAllConnections();
    http.close();
  });

  test('failures are failures on both sides, and reach the caller unchanged', async () => {
    const client = await connected();
    expect(await client.callTool({ name: 'fails' })).toMatchObject({ isError: true });
    await expect(client.callTool({ name: 'throws' })).rejects.toThrow('broken');
    box
      .assertSpans()
      .named('tools/call fails')
      .hasCount(2)
      .hasStatus('ERROR')
      .hasAttribute('error.type', 'tool_error');
    box.assertSpans().named('tools/call throws').hasCount(2).hasStatus('ERROR');
    await client.close();
  });

  test('other requests have spans, pings have none', async () => {
    const client = await connected();
    await client.listTools();
    await client.ping();
    box.assertSpans().hasNamesInOrder('tools/list', 'tools/list');
    await client.close();
  });

  test('works without a propagator', async () => {
    const client = await connected();
    propagation.disable();
    await client.callTool({ name: 'echo' });
    expect(metas).toEqual([undefined]);
    await client.close();
  });
});
