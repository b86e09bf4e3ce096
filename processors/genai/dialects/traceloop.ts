import { ATTR } from '../../../src/genai/conventions/index.ts';
import { type Dialect, type Draft, operationFrom } from './rule.ts';

const SUBJECT: Readonly<Record<string, readonly [operation: string, name: string]>> = {
  workflow: ['invoke_workflow', ATTR.workflowName],
  agent: ['invoke_agent', ATTR.agentName],
  tool: ['execute_tool', ATTR.toolName],
};

/** Source: Traceloop OpenLLMetry semantic conventions (`@traceloop/ai-semantic-conventions` 0.27). */
export const TRACELOOP: Dialect = {
  name: 'traceloop',
  applies: (attributes) => 'traceloop.span.kind' in attributes || 'llm.request.type' in attributes,
  rules: {
    'llm.request.type': operationFrom({
      chat: 'chat',
      completion: 'text_completion',
      embedding: 'embeddings',
    }),
    'llm.is_streaming': ATTR.requestStream,
    'traceloop.workflow.name': ATTR.workflowName,
    'llm.frequency_penalty': 'gen_ai.request.frequency_penalty',
    'llm.presence_penalty': 'gen_ai.request.presence_penalty',
    'llm.chat.stop_sequences': 'gen_ai.request.stop_sequences',
  },
  operation(attributes: Draft) {
    const subject = SUBJECT[String(attributes['traceloop.span.kind'])];
    if (!subject) return undefined;
    const [operation, name] = subject;
    attributes[name] ??= attributes['traceloop.entity.name'];
    return operation;
  },
};
