import type { GenAiAttributes } from '../../conventions/index.ts';

type Body = Record<string, unknown>;

/** What a request says to the model, in the shape of the conventions. */
export function inputMessages(body: Body): GenAiAttributes {
  const { messages, input, instructions, prompt, tools } = body;
  const source = messages ?? input ?? prompt;
  return {
    'gen_ai.input.messages': source === undefined ? undefined : toMessages(source),
    'gen_ai.system_instructions':
      typeof instructions === 'string' ? [{ type: 'text', content: instructions }] : undefined,
    'gen_ai.tool.definitions': Array.isArray(tools) && tools.length > 0 ? tools : undefined,
  };
}

/** What a response says, in the shape of the conventions; undefined for embeddings. */
export function outputMessages(body: Body): unknown[] | undefined {
  if (Array.isArray(body.choices)) {
    return (body.choices as Body[]).map(({ message, text, finish_reason }) => ({
      ...toMessage((message as Body | undefined) ?? { role: 'assistant', content: text }),
      finish_reason: finish_reason ?? 'error',
    }));
  }
  return Array.isArray(body.output) ? (body.output as Body[]).map(toMessage) : undefined;
}

function toMessages(source: unknown): unknown[] {
  if (typeof source === 'string') return [toMessage({ role: 'user', content: source })];
  if (!Array.isArray(source)) return [];
  return source.map((item: unknown) =>
    toMessage(
      typeof item === 'object' && item !== null ? (item as Body) : { role: 'user', content: String(item) },
    ),
  );
}

function toMessage(message: Body): { role: string; parts: unknown[] } {
  const parts: unknown[] = [];
  const { content, tool_calls: calls, tool_call_id: answered } = message;
  if (message.type === 'function_call') parts.push(functionCall(message));
  else if (message.type === 'function_call_output') parts.push(toolResponse(message.call_id, message.output));
  else if (typeof answered === 'string') parts.push(toolResponse(answered, content));
  else for (const item of [content].flat()) addPart(parts, item);
  for (const call of Array.isArray(calls) ? (calls as Body[]) : []) parts.push(functionCall(call));
  return { role: typeof message.role === 'string' ? message.role : 'assistant', parts };
}

function addPart(parts: unknown[], item: unknown): void {
  if (item == null || item === '') return;
  if (typeof item !== 'object') parts.push({ type: 'text', content: String(item) });
  else if (typeof (item as Body).text === 'string')
    parts.push({ type: 'text', content: (item as Body).text });
  else parts.push(item);
}

function functionCall(call: Body): unknown {
  const fn = (call.function ?? call) as Body;
  return { type: 'tool_call', id: call.call_id ?? call.id ?? null, name: fn.name, arguments: fn.arguments };
}

function toolResponse(id: unknown, response: unknown): unknown {
  return { type: 'tool_call_response', id, response };
}
