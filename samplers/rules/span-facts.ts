import type { Attributes } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';

/** `gen_ai.operation.name` of calls to a model (OpenTelemetry GenAI conventions). */
export const LLM_OPERATIONS: readonly string[] = [
  'chat',
  'text_completion',
  'generate_content',
  'embeddings',
];
/** The same of agents, their tools and workflows. */
export const AGENT_OPERATIONS: readonly string[] = [
  'invoke_agent',
  'create_agent',
  'execute_tool',
  'invoke_workflow',
];

/**
 * Attributes that describe how work came in. Instrumentations set them when the span starts
 * (OpenTelemetry semantic conventions, "important for making sampling decisions"), so the local
 * root's value at the start is final and no trace has to be buffered for it.
 */
const ENTRY_PREFIXES = [
  'url.',
  'server.',
  'client.',
  'network.',
  'user_agent.',
  'rpc.',
  'messaging.',
  'faas.',
];
const ENTRY_KEYS: ReadonlySet<string> = new Set([
  'http.request.method',
  'http.method',
  'http.target',
  'http.url',
  'http.scheme',
  'http.host',
  'http.flavor',
  'http.user_agent',
  'http.client_ip',
  'net.host.name',
  'net.host.port',
  'net.peer.ip',
]);

/** True for an attribute that the local root has at its start or never. */
export function isEntryAttribute(key: string): boolean {
  return ENTRY_KEYS.has(key) || ENTRY_PREFIXES.some((prefix) => key.startsWith(prefix));
}

/** True for a span that calls a model. */
export function isLlm(attributes: Attributes): boolean {
  const operation = attributes['gen_ai.operation.name'];
  return typeof operation === 'string' && LLM_OPERATIONS.includes(operation);
}

/** True for a span of an agent, a tool or a workflow. */
export function isAgent(attributes: Attributes): boolean {
  const operation = attributes['gen_ai.operation.name'];
  return typeof operation === 'string' && AGENT_OPERATIONS.includes(operation);
}

/** Tokens that a span reports: input plus output, else the total; 0 if it reports none. */
export function tokensOf(attributes: Attributes): number {
  const input = attributes['gen_ai.usage.input_tokens'];
  const output = attributes['gen_ai.usage.output_tokens'];
  if (typeof input === 'number' || typeof output === 'number') {
    return (typeof input === 'number' ? input : 0) + (typeof output === 'number' ? output : 0);
  }
  const total = attributes['gen_ai.usage.total_tokens'];
  return typeof total === 'number' ? total : 0;
}

/** Milliseconds of a time of the SDK. By index: taking a list apart goes through its iterator. */
export function toMillis(time: ReadableSpan['startTime']): number {
  return time[0] * 1000 + time[1] / 1e6;
}
