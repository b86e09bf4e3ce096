import type { Instrumentation } from '@opentelemetry/instrumentation';
import { McpInstrumentation } from './mcp/mcp-instrumentation.ts';
import { OpenAiInstrumentation } from './openai/openai-instrumentation.ts';
import type { GenAiInstrumentationOptions } from './options.ts';

export { GENAI_INSTRUMENTATIONS } from './components.ts';
export { McpInstrumentation } from './mcp/mcp-instrumentation.ts';
export { OpenAiInstrumentation } from './openai/openai-instrumentation.ts';
export type { GenAiInstrumentationOptions } from './options.ts';

/** The GenAI instrumentations, by the name under which they can be switched off. */
export function createGenAiInstrumentations(
  options: GenAiInstrumentationOptions = {},
): Readonly<Record<'openai' | 'mcp', Instrumentation>> {
  return { openai: new OpenAiInstrumentation(options), mcp: new McpInstrumentation(options) };
}
