import { type Attributes, SpanKind } from '@opentelemetry/api';
import { genAiAttributes } from '../../attributes.ts';
import { type GenAiAttributes, providerName, spanName } from '../../conventions/index.ts';
import { activeAgent, activeConversation } from '../../lineage.ts';
import type { SpanPlan } from '../../run.ts';
import { inputMessages } from './content.ts';

/** What of a client's request options matters. */
export interface RequestOptions {
  readonly method?: string;
  readonly path?: string;
  readonly body?: unknown;
  readonly stream?: boolean;
}

/** What of a client matters. */
export interface OpenAiClient {
  readonly baseURL?: unknown;
}

/** The operations there are spans for, by the end of the path. */
const OPERATIONS: Readonly<Record<string, readonly [operation: string, api: string]>> = {
  '/chat/completions': ['chat', 'chat_completions'],
  '/responses': ['chat', 'responses'],
  '/completions': ['text_completion', 'completions'],
  '/embeddings': ['embeddings', 'embeddings'],
};

/** Hosts that speak OpenAI's protocol and are someone else. */
const PROVIDER_BY_HOST: readonly (readonly [suffix: string, provider: string])[] = [
  ['.openai.azure.com', 'azure.ai.openai'],
  ['.cognitiveservices.azure.com', 'azure.ai.openai'],
  ['.services.ai.azure.com', 'azure.ai.inference'],
  ['api.deepseek.com', 'deepseek'],
  ['api.groq.com', 'groq'],
  ['api.x.ai', 'x_ai'],
  ['api.mistral.ai', 'mistral_ai'],
  ['api.perplexity.ai', 'perplexity'],
  ['api.moonshot.ai', 'moonshot_ai'],
  ['api.moonshot.cn', 'moonshot_ai'],
  ['generativelanguage.googleapis.com', 'gcp.gemini'],
  ['aiplatform.googleapis.com', 'gcp.vertex_ai'],
  ['api.cohere.com', 'cohere'],
  ['api.anthropic.com', 'anthropic'],
  ['openrouter.ai', 'openrouter'],
  ['api.together.xyz', 'together'],
  ['api.fireworks.ai', 'fireworks'],
];

/** Numbers of a request and their attribute, by the names of any of the APIs. */
const PARAMETERS: Readonly<Record<string, keyof GenAiAttributes>> = {
  temperature: 'gen_ai.request.temperature',
  top_p: 'gen_ai.request.top_p',
  max_tokens: 'gen_ai.request.max_tokens',
  max_completion_tokens: 'gen_ai.request.max_tokens',
  max_output_tokens: 'gen_ai.request.max_tokens',
  frequency_penalty: 'gen_ai.request.frequency_penalty',
  presence_penalty: 'gen_ai.request.presence_penalty',
  seed: 'gen_ai.request.seed',
  service_tier: 'openai.request.service_tier',
  dimensions: 'gen_ai.embeddings.dimension.count',
  previous_response_id: 'gen_ai.request.previous_response.id',
};

/** The span for a request, or undefined for requests that call no model. */
export function requestPlan(
  client: OpenAiClient,
  options: RequestOptions,
  captureContent: boolean,
): (SpanPlan & { readonly operation: string }) | undefined {
  if (options.method?.toLowerCase() !== 'post') return undefined;
  const [operation, api] = operationOf(options.path) ?? [];
  if (!operation || !api || typeof options.body !== 'object' || options.body === null) return undefined;
  const body = options.body as Record<string, unknown>;
  const attributes: Attributes = genAiAttributes({
    'gen_ai.operation.name': operation,
    ...serverOf(client),
    'gen_ai.request.model': typeof body.model === 'string' ? body.model : undefined,
    'gen_ai.request.stream': body.stream === true ? true : undefined,
    'gen_ai.conversation.id': activeConversation(),
    'gen_ai.agent.name': activeAgent()?.name,
    'openai.api.type': api,
    ...parameters(body),
    ...(captureContent ? inputMessages(body) : {}),
  });
  return { name: spanName(operation, attributes), kind: SpanKind.CLIENT, attributes, operation };
}

function operationOf(path = '') {
  const [plain = ''] = path.split('?', 1);
  // `/deployments/x/chat/completions` at Azure; `/completions` last, as it is the end of the other.
  return Object.entries(OPERATIONS).find(([end]) => plain.endsWith(end))?.[1];
}

function serverOf({ baseURL }: OpenAiClient): GenAiAttributes {
  if (typeof baseURL !== 'string' || !URL.canParse(baseURL)) return { 'gen_ai.provider.name': 'openai' };
  const { hostname, port, protocol } = new URL(baseURL);
  const provider = PROVIDER_BY_HOST.find(([suffix]) => hostname.endsWith(suffix))?.[1] ?? 'openai';
  return {
    'gen_ai.provider.name': providerName(provider),
    'server.address': hostname,
    'server.port': Number(port) || (protocol === 'http:' ? 80 : 443),
  };
}

function parameters(body: Record<string, unknown>): GenAiAttributes {
  const found: Record<string, unknown> = {};
  for (const [name, attribute] of Object.entries(PARAMETERS)) {
    if (body[name] != null) found[attribute] = body[name];
  }
  if (typeof body.n === 'number' && body.n !== 1) found['gen_ai.request.choice.count'] = body.n;
  if (body.stop != null) found['gen_ai.request.stop_sequences'] = [body.stop].flat();
  if (typeof body.encoding_format === 'string')
    found['gen_ai.request.encoding_formats'] = [body.encoding_format];
  return found;
}
