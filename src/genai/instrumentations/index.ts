import type { Instrumentation } from '@opentelemetry/instrumentation';
import { AnthropicInstrumentation } from './anthropic/anthropic-instrumentation.ts';
import { McpInstrumentation } from './mcp/mcp-instrumentation.ts';
import { OpenAiInstrumentation } from './openai/openai-instrumentation.ts';
import type { GenAiInstrumentationOptions } from './options.ts';

export { AnthropicInstrumentation } from './anthropic/anthropic-instrumentation.ts';
export { GENAI_INSTRUMENTATIONS } from './components.ts';
export { McpInstrumentation } from './mcp/mcp-instrumentation.ts';
export { OpenAiInstrumentation } from './openai/openai-instrumentation.ts';
export type { GenAiInstrumentationOptions } from './options.ts';

/** The GenAI instrumentations, by the name under which they can be switched off. */
export function createGenAiInstrumentations(
  options: GenAiInstrumentationOptions = {},
): Readonly<Record<'openai' | 'anthropic' | 'mcp', Instrumentation>> {
  return {
    openai: new OpenAiInstrumentation(options),
    anthropic: new AnthropicInstrumentation(options),
    mcp: new McpInstrumentation(options),
  };
}
