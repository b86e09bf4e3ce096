export { genAiAttributes, setIf } from './attributes.ts';
export { bindGenerator } from './bind-generator.ts';
export type { ChatRequest, ChatResponse, Message, TokenUsage } from './call.ts';
export { GenAiCall } from './call.ts';
export type { ErrorCategory, GenAiAttributeName, GenAiAttributes, Operation } from './conventions/index.ts';
export { ATTR, ERROR_CATEGORIES, OPERATIONS, OWN_ATTR, PROVIDERS } from './conventions/index.ts';
export { errorAttributes, errorChain, recordError } from './errors.ts';
export type { GenAiInstrumentationOptions } from './instrumentations/index.ts';
export { createGenAiInstrumentations, GENAI_INSTRUMENTATIONS } from './instrumentations/index.ts';
export type { ActiveAgent } from './lineage.ts';
export { activeAgent, activeConversation, handoverLink, withConversation } from './lineage.ts';
export type { Evaluation } from './record-evaluation.ts';
export { recordEvaluation } from './record-evaluation.ts';
export type { AgentOptions } from './trace-agent.ts';
export { traceAgent, traceCreateAgent } from './trace-agent.ts';
export { traceChat } from './trace-chat.ts';
export type {
  MemoryOptions,
  PlanOptions,
  RetrievalOptions,
  ToolSelectionOptions,
  WorkflowOptions,
} from './trace-steps.ts';
export {
  traceMemory,
  tracePlan,
  traceReasoning,
  traceRetrieval,
  traceToolSelection,
  traceWorkflow,
} from './trace-steps.ts';
export type { StreamOptions } from './trace-stream.ts';
export { StreamedCall, traceStream } from './trace-stream.ts';
export type { ToolOptions } from './trace-tool.ts';
export { ToolCall, traceTool } from './trace-tool.ts';
export type { TracedDecorator, TracedOptions } from './traced.ts';
export { traced } from './traced.ts';
