export { AnthropicInstrumentation } from './anthropic/anthropic-instrumentation.ts';
export { McpInstrumentation } from './mcp/mcp-instrumentation.ts';
export { OpenAiInstrumentation } from './openai/openai-instrumentation.ts';
