import { SpanKind } from '@opentelemetry/api';

/** Well-known values of `gen_ai.operation.name`. */
export const OPERATIONS = [
  'chat',
  'text_completion',
  'generate_content',
  'embeddings',
  'retrieval',
  'execute_tool',
  'create_agent',
  'invoke_agent',
  'invoke_workflow',
  'plan',
  'create_memory',
  'search_memory',
  'update_memory',
  'upsert_memory',
  'delete_memory',
  'create_memory_store',
  'delete_memory_store',
  'fetch_response',
] as const;

/** A value of `gen_ai.operation.name`; any other text is allowed too. */
export type Operation = (typeof OPERATIONS)[number] | (string & {});

const INFERENCE: ReadonlySet<unknown> = new Set(['chat', 'text_completion', 'generate_content']);

/** True for one call of a language model. */
export function isInference(operation: unknown): boolean {
  return INFERENCE.has(operation);
}

/** True for what a provider bills by tokens: inference and embeddings, never agents or tools. */
export function isBilled(operation: unknown): boolean {
  return INFERENCE.has(operation) || operation === 'embeddings';
}

/** The attribute whose value follows the operation in a span's name. */
const SUBJECT: Readonly<Record<string, string>> = {
  chat: 'gen_ai.request.model',
  text_completion: 'gen_ai.request.model',
  generate_content: 'gen_ai.request.model',
  embeddings: 'gen_ai.request.model',
  retrieval: 'gen_ai.data_source.id',
  execute_tool: 'gen_ai.tool.name',
  create_agent: 'gen_ai.agent.name',
  invoke_agent: 'gen_ai.agent.name',
  plan: 'gen_ai.agent.name',
  invoke_workflow: 'gen_ai.workflow.name',
};

/**
 * The conventional name of a span: `chat gpt-4o`, `execute_tool search`.
 * Source: GenAI semantic conventions 1.41, span names.
 */
export function spanName(operation: string, attributes: Readonly<Record<string, unknown>>): string {
  const subject = attributes[SUBJECT[operation] ?? ''];
  return typeof subject === 'string' && subject !== '' ? `${operation} ${subject}` : operation;
}

/** The span kind of an operation that runs in another process (`remote`), or in this one. */
export function spanKind(operation: string, remote: boolean): SpanKind {
  if (operation === 'execute_tool' || operation === 'invoke_workflow' || operation === 'plan') {
    return SpanKind.INTERNAL;
  }
  return remote ? SpanKind.CLIENT : SpanKind.INTERNAL;
}

/** Well-known values of `gen_ai.provider.name`. */
export const PROVIDERS = [
  'openai',
  'anthropic',
  'aws.bedrock',
  'azure.ai.openai',
  'azure.ai.inference',
  'gcp.gemini',
  'gcp.vertex_ai',
  'gcp.gen_ai',
  'cohere',
  'deepseek',
  'groq',
  'mistral_ai',
  'moonshot_ai',
  'perplexity',
  'x_ai',
  'ibm.watsonx.ai',
] as const;

/** Other spellings in use and the convention's. Keys in lower case. */
const PROVIDER_SPELLINGS: Readonly<Record<string, string>> = {
  'az.ai.openai': 'azure.ai.openai',
  'az.ai.inference': 'azure.ai.inference',
  azure: 'azure.ai.openai',
  'azure-openai': 'azure.ai.openai',
  azure_openai: 'azure.ai.openai',
  azure_ai: 'azure.ai.inference',
  gemini: 'gcp.gemini',
  google: 'gcp.gen_ai',
  vertex_ai: 'gcp.vertex_ai',
  vertexai: 'gcp.vertex_ai',
  'google.vertex': 'gcp.vertex_ai',
  'google.generative-ai': 'gcp.gemini',
  'google-genai': 'gcp.gen_ai',
  google_genai: 'gcp.gen_ai',
  'vertex-ai': 'gcp.vertex_ai',
  'google-vertex': 'gcp.vertex_ai',
  'google-vertexai': 'gcp.vertex_ai',
  google_vertexai: 'gcp.vertex_ai',
  xai: 'x_ai',
  'x-ai': 'x_ai',
  mistral: 'mistral_ai',
  mistralai: 'mistral_ai',
  moonshot: 'moonshot_ai',
  moonshotai: 'moonshot_ai',
  kimi: 'moonshot_ai',
  bedrock: 'aws.bedrock',
  'amazon-bedrock': 'aws.bedrock',
  amazon_bedrock: 'aws.bedrock',
  'aws-bedrock': 'aws.bedrock',
  aws_bedrock: 'aws.bedrock',
  bedrock_converse: 'aws.bedrock',
  aws: 'aws.bedrock',
  watsonx: 'ibm.watsonx.ai',
};

/** What the AI SDK puts behind a vendor's name. */
const APIS: ReadonlySet<string> = new Set(['chat', 'responses', 'completion', 'messages', 'embedding']);

/** The convention's spelling of a provider; unknown ones stay as they are, without Vercel's `.chat` suffix. */
export function providerName(value: string): string {
  if (typeof value !== 'string') return value;
  const lower = value.toLowerCase();
  const known = PROVIDER_SPELLINGS[lower];
  if (known) return known;
  if ((PROVIDERS as readonly string[]).includes(lower)) return lower;
  const dot = lower.lastIndexOf('.');
  const vendor = lower.slice(0, Math.max(dot, 0));
  if (vendor === '' || !APIS.has(lower.slice(dot + 1))) return value;
  return PROVIDER_SPELLINGS[vendor] ?? vendor;
}
