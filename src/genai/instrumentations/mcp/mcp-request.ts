import { type Attributes, type Context, type Link, propagation, SpanKind, trace } from '@opentelemetry/api';
import { genAiAttributes } from '../../attributes.ts';
import type { GenAiAttributes } from '../../conventions/index.ts';
import { activeAgent } from '../../lineage.ts';
import type { SpanPlan } from '../../run.ts';

/** A JSON-RPC request of MCP. */
export interface McpRequest {
  readonly method: string;
  readonly params?: { readonly [key: string]: unknown; readonly _meta?: Record<string, unknown> };
}

/** What a request is about: the part of its parameters that belongs in the span's name. */
const TARGET: Readonly<
  Record<string, readonly [parameter: string, attribute: keyof GenAiAttributes | undefined]>
> = {
  'tools/call': ['name', 'gen_ai.tool.name'],
  'prompts/get': ['name', undefined],
  // A URI may hold anything, so it is an attribute and not part of the name.
  'resources/read': ['uri', 'mcp.resource.uri'],
  'resources/subscribe': ['uri', 'mcp.resource.uri'],
};

/** Requests that say nothing about the work. */
const SILENT: ReadonlySet<string> = new Set(['ping']);

/** True if the request gets a span. */
export function isTraced(request: unknown): request is McpRequest {
  const { method } = (request ?? {}) as { method?: unknown };
  return typeof method === 'string' && !SILENT.has(method);
}

/** The span of a request. Source: MCP semantic conventions, `{method} {target}`. */
export function mcpPlan(request: McpRequest, side: 'client' | 'server', captureContent: boolean): SpanPlan {
  const { method, params } = request;
  const [parameter, attribute] = TARGET[method] ?? [];
  const value = parameter ? params?.[parameter] : undefined;
  const target = typeof value === 'string' ? value : undefined;
  const isTool = method === 'tools/call';
  const attributes: Attributes = genAiAttributes({
    'mcp.method.name': method,
    ...(attribute ? { [attribute]: target } : {}),
    'gen_ai.operation.name': isTool ? 'execute_tool' : undefined,
    'gen_ai.agent.name': side === 'client' ? activeAgent()?.name : undefined,
    'gen_ai.tool.call.arguments': isTool && captureContent ? params?.arguments : undefined,
  });
  return {
    name: target && parameter === 'name' ? `${method} ${target}` : method,
    kind: side === 'client' ? SpanKind.CLIENT : SpanKind.SERVER,
    attributes,
  };
}

/** The request with the context in `params._meta`, as a copy. Source: MCP, "Tracing", SEP-414. */
export function withContext(request: McpRequest, ctx: Context): McpRequest {
  const carrier: Record<string, string> = {};
  propagation.inject(ctx, carrier);
  if (Object.keys(carrier).length === 0) return request;
  return { ...request, params: { ...request.params, _meta: { ...carrier, ...request.params?._meta } } };
}

/** The sender's context, if the request has one, and a link to the transport's span beside it. */
export function senderContext(meta: unknown, active: Context): { parent: Context; links: Link[] } {
  if (typeof meta !== 'object' || meta === null) return { parent: active, links: [] };
  const sender = propagation.extract(active, meta);
  const from = trace.getSpanContext(sender);
  const transport = trace.getSpanContext(active);
  const isNew = from && from.spanId !== transport?.spanId;
  return { parent: sender, links: isNew && transport ? [{ context: transport }] : [] };
}
