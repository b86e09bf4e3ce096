import { ATTR } from '../../../src/genai/conventions/index.ts';
import { type Dialect, type Draft, FINISH_REASON, ms, PROVIDER } from './rule.ts';

/** Hand-written `llm.*` and `agent.*` tags, as in-house tracing often has them. */
export const PLAIN: Dialect = {
  name: 'plain',
  rules: {
    'llm.model': ATTR.requestModel,
    'llm.request.model': ATTR.requestModel,
    'llm.response.model': ATTR.responseModel,
    'llm.response.id': ATTR.responseId,
    'llm.provider': PROVIDER,
    'llm.vendor': PROVIDER,
    'llm.input_tokens': ATTR.inputTokens,
    'llm.output_tokens': ATTR.outputTokens,
    'llm.prompt_tokens': ATTR.inputTokens,
    'llm.completion_tokens': ATTR.outputTokens,
    'llm.total_tokens': 'gen_ai.usage.total_tokens',
    'llm.usage.prompt_tokens': ATTR.inputTokens,
    'llm.usage.completion_tokens': ATTR.outputTokens,
    'llm.usage.input_tokens': ATTR.inputTokens,
    'llm.usage.output_tokens': ATTR.outputTokens,
    'llm.usage.total_tokens': 'gen_ai.usage.total_tokens',
    'llm.cached_tokens': ATTR.cacheReadTokens,
    'llm.reasoning_tokens': ATTR.reasoningTokens,
    'llm.temperature': 'gen_ai.request.temperature',
    'llm.top_p': 'gen_ai.request.top_p',
    'llm.top_k': 'gen_ai.request.top_k',
    'llm.max_tokens': 'gen_ai.request.max_tokens',
    'llm.streaming': ATTR.requestStream,
    'llm.is_streaming': ATTR.requestStream,
    'llm.time_to_first_token_ms': ms(ATTR.timeToFirstChunk),
    'llm.finish_reason': FINISH_REASON,
    'llm.response.finish_reason': FINISH_REASON,
    'llm.error.type': ATTR.errorType,
    'llm.cost': ATTR.cost,
    'llm.cost_usd': ATTR.cost,
    'llm.cost.total': ATTR.cost,
    'agent.name': ATTR.agentName,
    'agent.id': ATTR.agentId,
    'agent.description': 'gen_ai.agent.description',
    'agent.version': 'gen_ai.agent.version',
    'agent.workflow': ATTR.workflowName,
    'agent.workflow.name': ATTR.workflowName,
    'agent.tool': ATTR.toolName,
    'agent.tool.name': ATTR.toolName,
    'agent.tool.call_id': ATTR.toolCallId,
  },
  operation: operationOf,
};

function operationOf(attributes: Draft): string | undefined {
  if (ATTR.toolName in attributes) return 'execute_tool';
  if (ATTR.requestModel in attributes || ATTR.responseModel in attributes) {
    return 'llm.embedding' in attributes ? 'embeddings' : 'chat';
  }
  if (ATTR.agentName in attributes) return 'invoke_agent';
  return ATTR.workflowName in attributes ? 'invoke_workflow' : undefined;
}
