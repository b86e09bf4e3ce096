import { ATTR } from '../../../src/genai/conventions/index.ts';
import { type Dialect, DROP, type Draft, FINISH_REASON, PROVIDER } from './rule.ts';

const OPERATIONS: Readonly<Record<string, string>> = {
  LLM: 'chat',
  EMBEDDING: 'embeddings',
  TOOL: 'execute_tool',
  AGENT: 'invoke_agent',
  RETRIEVER: 'retrieval',
};

/** Source: Arize OpenInference semantic conventions (`@arizeai/openinference-semantic-conventions` 2). */
export const OPENINFERENCE: Dialect = {
  name: 'openinference',
  applies: (attributes) => 'openinference.span.kind' in attributes || 'llm.model_name' in attributes,
  rules: {
    'llm.model_name': ATTR.requestModel,
    'embedding.model_name': ATTR.requestModel,
    // `llm.system` is the model's family, `llm.provider` who hosts it; the latter is read in plain.ts.
    'llm.provider': PROVIDER,
    'llm.system': PROVIDER,
    'llm.token_count.prompt': ATTR.inputTokens,
    'llm.token_count.completion': ATTR.outputTokens,
    'llm.token_count.total': 'gen_ai.usage.total_tokens',
    'llm.token_count.prompt_details.cache_read': ATTR.cacheReadTokens,
    'llm.token_count.prompt_details.cache_write': ATTR.cacheCreationTokens,
    'llm.token_count.prompt_details.audio': 'gen_ai.usage.audio.input_tokens',
    'llm.token_count.completion_details.reasoning': ATTR.reasoningTokens,
    'llm.token_count.completion_details.audio': 'gen_ai.usage.audio.output_tokens',
    'llm.finish_reason': FINISH_REASON,
    'llm.cost.total': ATTR.cost,
    'session.id': ATTR.conversation,
    'tool.name': ATTR.toolName,
    'tool.description': ATTR.toolDescription,
    'tool_call.id': ATTR.toolCallId,
    'tool.id': ATTR.toolCallId,
    'agent.name': ATTR.agentName,
    'input.mime_type': DROP,
    'output.mime_type': DROP,
  },
  operation: (attributes: Draft) => OPERATIONS[String(attributes['openinference.span.kind'])],
};
