import { ATTR } from '../../../src/genai/conventions/index.ts';
import { type Dialect, DROP, FINISH_REASON, ms, PROVIDER } from './rule.ts';

/**
 * Older and newer names of the conventions themselves, and what others put into the same namespace.
 * Sources: GenAI semantic conventions 1.28 to 1.36 and after 1.41; Sentry, Pydantic and Anthropic SDKs.
 */
export const OPENTELEMETRY: Dialect = {
  name: 'opentelemetry',
  rules: {
    'gen_ai.system': PROVIDER,
    'gen_ai.provider.name': PROVIDER,
    'gen_ai.usage.prompt_tokens': ATTR.inputTokens,
    'gen_ai.usage.completion_tokens': ATTR.outputTokens,
    'gen_ai.usage.cache_read_input_tokens': ATTR.cacheReadTokens,
    'gen_ai.usage.input_tokens.cached': ATTR.cacheReadTokens,
    'gen_ai.usage.details.cache_read_tokens': ATTR.cacheReadTokens,
    'gen_ai.usage.details.cache_read_input_tokens': ATTR.cacheReadTokens,
    'gen_ai.usage.cache_creation_input_tokens': ATTR.cacheCreationTokens,
    'gen_ai.usage.cache_write.input_tokens': ATTR.cacheCreationTokens,
    'gen_ai.usage.input_tokens.cache_write': ATTR.cacheCreationTokens,
    'gen_ai.usage.details.cache_write_tokens': ATTR.cacheCreationTokens,
    'gen_ai.usage.details.cache_creation_input_tokens': ATTR.cacheCreationTokens,
    'gen_ai.usage.reasoning_tokens': ATTR.reasoningTokens,
    'gen_ai.usage.output_tokens.reasoning': ATTR.reasoningTokens,
    'gen_ai.usage.details.reasoning_tokens': ATTR.reasoningTokens,
    'gen_ai.response.finish_reason': FINISH_REASON,
    'gen_ai.response.finish_reasons': FINISH_REASON,
    'anthropic.message.stop_reason': FINISH_REASON,
    'anthropic.tool_result.content': ATTR.toolResult,
    'gen_ai.response.streaming': ATTR.requestStream,
    'gen_ai.is_streaming': ATTR.requestStream,
    'gen_ai.response.time_to_first_token_ms': ms(ATTR.timeToFirstChunk),
    'gen_ai.client.operation.time_to_first_chunk': ATTR.timeToFirstChunk,
    // Measurements under the names of metrics; the span's own times say the same.
    'gen_ai.client.operation.duration': DROP,
    'gen_ai.client.inference.duration': DROP,
    'gen_ai.client.operation.time_per_output_chunk': DROP,
    'gen_ai.execute_tool.duration': DROP,
    'gen_ai.openai.request.seed': 'gen_ai.request.seed',
    'gen_ai.openai.request.response_format': 'gen_ai.output.type',
    'gen_ai.openai.request.service_tier': 'openai.request.service_tier',
    'gen_ai.openai.response.service_tier': 'openai.response.service_tier',
    'gen_ai.openai.response.system_fingerprint': 'openai.response.system_fingerprint',
    'gen_ai.retrieval.top_k': 'gen_ai.request.top_k',
    'gen_ai.error.type': ATTR.errorType,
    'gen_ai.tool.input': ATTR.toolArguments,
    'gen_ai.tool.output': ATTR.toolResult,
    'gen_ai.usage.cost_usd': ATTR.cost,
    'gen_ai.usage.total_cost': ATTR.cost,
    'gen_ai.cost.estimated_total': ATTR.cost,
    'gen_ai.cost.total_tokens': ATTR.cost,
  },
};
