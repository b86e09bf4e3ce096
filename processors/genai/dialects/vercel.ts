import { ATTR } from '../../../src/genai/conventions/index.ts';
import { type Dialect, type Draft, FINISH_REASON, ms, PROVIDER } from './rule.ts';

const OPERATIONS: Readonly<Record<string, string>> = {
  'ai.generateText.doGenerate': 'chat',
  'ai.streamText.doStream': 'chat',
  'ai.generateObject.doGenerate': 'chat',
  'ai.streamObject.doStream': 'chat',
  'ai.embed.doEmbed': 'embeddings',
  'ai.embedMany.doEmbed': 'embeddings',
  'ai.generateText': 'invoke_agent',
  'ai.streamText': 'invoke_agent',
  'ai.generateObject': 'invoke_agent',
  'ai.streamObject': 'invoke_agent',
  'ai.toolCall': 'execute_tool',
};

/** Source: AI SDK (`ai` 3 to 6 and the legacy telemetry of 7), `ai.*` span attributes. */
export const VERCEL: Dialect = {
  name: 'vercel',
  applies: (attributes) => 'ai.operationId' in attributes || 'ai.model.id' in attributes,
  rules: {
    'ai.model.id': ATTR.requestModel,
    'ai.model.provider': PROVIDER,
    'ai.response.model': ATTR.responseModel,
    'ai.response.id': ATTR.responseId,
    'ai.response.finishReason': FINISH_REASON,
    'ai.response.msToFirstChunk': ms(ATTR.timeToFirstChunk),
    'ai.stream.msToFirstChunk': ms(ATTR.timeToFirstChunk),
    'ai.response.avgOutputTokensPerSecond': ATTR.tokensPerSecond,
    'ai.usage.promptTokens': ATTR.inputTokens,
    'ai.usage.completionTokens': ATTR.outputTokens,
    'ai.usage.inputTokens': ATTR.inputTokens,
    'ai.usage.outputTokens': ATTR.outputTokens,
    'ai.usage.tokens': ATTR.inputTokens,
    'ai.usage.totalTokens': 'gen_ai.usage.total_tokens',
    'ai.usage.cachedInputTokens': ATTR.cacheReadTokens,
    'ai.usage.inputTokenDetails.cacheReadTokens': ATTR.cacheReadTokens,
    'ai.usage.inputTokenDetails.cacheWriteTokens': ATTR.cacheCreationTokens,
    'ai.usage.reasoningTokens': ATTR.reasoningTokens,
    'ai.usage.outputTokenDetails.reasoningTokens': ATTR.reasoningTokens,
    'ai.toolCall.name': ATTR.toolName,
    'ai.toolCall.id': ATTR.toolCallId,
  },
  operation: (attributes: Draft) => OPERATIONS[String(attributes['ai.operationId'])],
};
