/**
 * The GenAI vocabulary as this package writes it. Source: OpenTelemetry semantic conventions for
 * generative AI 1.41; entries marked "later" come from semantic-conventions-genai after 1.41.
 * Our own file, because every constant in `@opentelemetry/semantic-conventions` is deprecated there.
 */
export const SCHEMA_URL = 'https://opentelemetry.io/schemas/1.41.0';

/** What a value must be. `json` is a structure, written as JSON text on spans. */
export type AttributeType = 'string' | 'int' | 'double' | 'boolean' | 'strings' | 'json';

/** Every known attribute with the type of its value. */
export const GENAI_ATTRIBUTES = {
  'gen_ai.operation.name': 'string',
  'gen_ai.provider.name': 'string',
  'gen_ai.conversation.id': 'string',
  'gen_ai.output.type': 'string',
  'gen_ai.request.model': 'string',
  'gen_ai.request.max_tokens': 'int',
  'gen_ai.request.seed': 'int',
  'gen_ai.request.choice.count': 'int',
  'gen_ai.request.temperature': 'double',
  'gen_ai.request.top_p': 'double',
  'gen_ai.request.top_k': 'double',
  'gen_ai.request.frequency_penalty': 'double',
  'gen_ai.request.presence_penalty': 'double',
  'gen_ai.request.stop_sequences': 'strings',
  'gen_ai.request.encoding_formats': 'strings',
  'gen_ai.request.stream': 'boolean',
  'gen_ai.response.id': 'string',
  'gen_ai.response.model': 'string',
  'gen_ai.response.finish_reasons': 'strings',
  'gen_ai.response.time_to_first_chunk': 'double',
  'gen_ai.usage.input_tokens': 'int',
  'gen_ai.usage.output_tokens': 'int',
  'gen_ai.usage.cache_read.input_tokens': 'int',
  'gen_ai.usage.cache_creation.input_tokens': 'int',
  'gen_ai.usage.reasoning.output_tokens': 'int',
  'gen_ai.embeddings.dimension.count': 'int',
  'gen_ai.agent.id': 'string',
  'gen_ai.agent.name': 'string',
  'gen_ai.agent.description': 'string',
  'gen_ai.agent.version': 'string',
  'gen_ai.workflow.name': 'string',
  'gen_ai.data_source.id': 'string',
  'gen_ai.tool.name': 'string',
  'gen_ai.tool.type': 'string',
  'gen_ai.tool.description': 'string',
  'gen_ai.tool.call.id': 'string',
  'gen_ai.tool.call.arguments': 'json',
  'gen_ai.tool.call.result': 'json',
  'gen_ai.tool.definitions': 'json',
  'gen_ai.input.messages': 'json',
  'gen_ai.output.messages': 'json',
  'gen_ai.system_instructions': 'json',
  'gen_ai.retrieval.query.text': 'string',
  'gen_ai.retrieval.documents': 'json',
  'gen_ai.evaluation.name': 'string',
  'gen_ai.evaluation.score.value': 'double',
  'gen_ai.evaluation.score.label': 'string',
  'gen_ai.evaluation.explanation': 'string',
  // Later than 1.41, with no older name that would clash.
  'gen_ai.request.reasoning.level': 'string',
  'gen_ai.request.previous_response.id': 'string',
  'gen_ai.memory.store.id': 'string',
  'gen_ai.memory.record.id': 'string',
  'gen_ai.memory.record.count': 'int',
  'gen_ai.memory.query.text': 'string',
  'gen_ai.memory.records': 'json',
  'gen_ai.usage.text.input_tokens': 'int',
  'gen_ai.usage.image.input_tokens': 'int',
  'gen_ai.usage.audio.input_tokens': 'int',
  'gen_ai.usage.audio.cache_read.input_tokens': 'int',
  'gen_ai.usage.text.output_tokens': 'int',
  'gen_ai.usage.image.output_tokens': 'int',
  'gen_ai.usage.audio.output_tokens': 'int',
  // Not in any convention; named as the backends read them.
  'gen_ai.usage.cost': 'double',
  'gen_ai.response.tokens_per_second': 'double',
  // Vendor extensions of the conventions.
  'openai.api.type': 'string',
  'openai.request.service_tier': 'string',
  'openai.response.service_tier': 'string',
  'openai.response.system_fingerprint': 'string',
  'aws.bedrock.guardrail.id': 'string',
  'mcp.method.name': 'string',
  'mcp.session.id': 'string',
  'mcp.protocol.version': 'string',
  'mcp.resource.uri': 'string',
  'jsonrpc.request.id': 'string',
  'server.address': 'string',
  'server.port': 'int',
  'error.type': 'string',
  'http.response.status_code': 'int',
} as const satisfies Record<string, AttributeType>;

/** A name in {@link GENAI_ATTRIBUTES}. */
export type GenAiAttributeName = keyof typeof GENAI_ATTRIBUTES;

interface ValueOf {
  string: string;
  int: number;
  double: number;
  boolean: boolean;
  strings: readonly string[];
  json: unknown;
}

/** Attributes with the value types the conventions give them. */
export type GenAiAttributes = {
  [K in GenAiAttributeName]?: ValueOf[(typeof GENAI_ATTRIBUTES)[K]] | undefined;
};

/** Short names for the attributes that code reads or writes. */
export const ATTR = {
  operation: 'gen_ai.operation.name',
  provider: 'gen_ai.provider.name',
  conversation: 'gen_ai.conversation.id',
  requestModel: 'gen_ai.request.model',
  requestStream: 'gen_ai.request.stream',
  responseModel: 'gen_ai.response.model',
  responseId: 'gen_ai.response.id',
  finishReasons: 'gen_ai.response.finish_reasons',
  timeToFirstChunk: 'gen_ai.response.time_to_first_chunk',
  tokensPerSecond: 'gen_ai.response.tokens_per_second',
  inputTokens: 'gen_ai.usage.input_tokens',
  outputTokens: 'gen_ai.usage.output_tokens',
  cacheReadTokens: 'gen_ai.usage.cache_read.input_tokens',
  cacheCreationTokens: 'gen_ai.usage.cache_creation.input_tokens',
  reasoningTokens: 'gen_ai.usage.reasoning.output_tokens',
  cost: 'gen_ai.usage.cost',
  agentName: 'gen_ai.agent.name',
  agentId: 'gen_ai.agent.id',
  workflowName: 'gen_ai.workflow.name',
  dataSource: 'gen_ai.data_source.id',
  toolName: 'gen_ai.tool.name',
  toolType: 'gen_ai.tool.type',
  toolCallId: 'gen_ai.tool.call.id',
  toolDescription: 'gen_ai.tool.description',
  toolArguments: 'gen_ai.tool.call.arguments',
  toolResult: 'gen_ai.tool.call.result',
  toolDefinitions: 'gen_ai.tool.definitions',
  inputMessages: 'gen_ai.input.messages',
  outputMessages: 'gen_ai.output.messages',
  systemInstructions: 'gen_ai.system_instructions',
  serverAddress: 'server.address',
  serverPort: 'server.port',
  errorType: 'error.type',
  httpStatus: 'http.response.status_code',
} as const satisfies Record<string, GenAiAttributeName>;

/** Attributes of our own; outside `gen_ai.usage.*`, where backends sum what they do not know. */
export const OWN_ATTR = {
  /** Uniform kind of failure, one of `ERROR_CATEGORIES`. */
  errorCategory: 'signalbox.genai.error.category',
  /** Seconds the provider asks to wait. */
  retryAfter: 'signalbox.genai.retry_after',
  /** `Type: message` of the error and each of its causes. */
  errorChain: 'signalbox.exception.chain',
  /** Span id of the inner span that is the same call, and carries its usage and cost. */
  sameCallAs: 'signalbox.genai.same_call_as',
  /** Version of the price data the cost comes from. */
  pricing: 'signalbox.genai.pricing',
  lineage: 'signalbox.genai.agent.lineage',
  parentAgent: 'signalbox.genai.agent.parent',
  collaborators: 'signalbox.genai.agent.collaborators',
  step: 'signalbox.genai.step',
  toolCached: 'signalbox.genai.tool.cached',
  toolRetries: 'signalbox.genai.tool.retries',
  toolArgumentsSize: 'signalbox.genai.tool.arguments.size',
  toolResultSize: 'signalbox.genai.tool.result.size',
} as const;
