/** One call of `openai` and one tool over MCP; on request, with an instrumentation of someone else. */
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { context, trace } from '@opentelemetry/api';
import OpenAI from 'openai';

const { PROVIDER_URL: baseURL, OTHER_SCOPE } = process.env;
const client = new OpenAI({ apiKey: 'none', baseURL, maxRetries: 0 });
if (OTHER_SCOPE) {
  // As contrib's and Traceloop's do: a span around the method, active while it runs.
  const { create } = client.chat.completions;
  client.chat.completions.create = function (...args) {
    const span = trace.getTracer(OTHER_SCOPE).startSpan('chat gpt-4o-mini', {
      attributes: { 'gen_ai.operation.name': 'chat', 'gen_ai.system': 'openai' },
    });
    const result = context.with(trace.setSpan(context.active(), span), () => create.apply(this, args));
    return result.finally(() => span.end());
  };
}
await client.chat.completions.create({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'hi' }] });

const server = new Server({ name: 'tools', version: '1.0.0' }, { capabilities: {} });
const [left, right] = InMemoryTransport.createLinkedPair();
const mcp = new Client({ name: 'app', version: '1.0.0' });
await Promise.all([server.connect(right), mcp.connect(left)]);
await mcp.close();
