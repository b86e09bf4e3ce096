import type { ReadableSpan } from '@opentelemetry/sdk-trace';

/** Attributes that mark a span as GenAI, beside what begins with `gen_ai.`, `llm.` or `traceloop.`. */
const MARKERS: ReadonlySet<string> = new Set([
  'openinference.span.kind',
  'ai.operationId',
  'ai.model.id',
  'ai.toolCall.name',
  'agent.tool',
  'agent.tool.name',
  'agent.workflow',
  'agent.workflow.name',
  'mcp.method.name',
]);

/**
 * True if a span is a GenAI span of any dialect. Runs on every span, so it looks at the first
 * letter before anything else. `agent.name` alone marks nothing: other products use it too.
 */
export function isGenAi(attributes: Readonly<Record<string, unknown>>): boolean {
  for (const key in attributes) {
    switch (key.charCodeAt(0)) {
      case 103: // g
        if (key.startsWith('gen_ai.')) return true;
        break;
      case 108: // l
        if (key.startsWith('llm.')) return true;
        break;
      case 116: // t
        if (key.startsWith('traceloop.')) return true;
        break;
      case 97: // a
      case 109: // m
      case 111: // o
        if (MARKERS.has(key)) return true;
    }
  }
  return false;
}

/** True for an event with a message or a call in it. */
export const isGenAiEvent = ({ name }: { readonly name: string }): boolean =>
  /^(?:gen_ai|llm|traceloop)\./.test(name);

/** True if a span that is not about GenAI carries an event that is. */
export function hasGenAiEvents(events: ReadableSpan['events']): boolean {
  return events.some(isGenAiEvent);
}
