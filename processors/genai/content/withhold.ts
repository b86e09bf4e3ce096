/** What stands in for words of a side that is withheld, within messages of the other. */
export const WITHHELD = '[withheld]';

type Item = Readonly<Record<string, unknown>>;

/** Whose messages are completions, although they come back as part of a prompt. */
const ANSWERING: ReadonlySet<unknown> = new Set(['assistant', 'model', 'tool', 'function']);

/** Parts with the result of a tool: the conventions' word, then those of clients. */
const RESULTS: ReadonlySet<unknown> = new Set([
  'tool_call_response',
  'tool_result',
  'tool-result',
  'function_call_output',
]);

/** Parts with the arguments of a tool. */
const CALLS: ReadonlySet<unknown> = new Set([
  'tool_call',
  'tool_use',
  'tool-call',
  'function_call',
  'server_tool_use',
]);

/** A prompt without the earlier answers and results of tools in it. */
export function withoutCompletions(messages: unknown): unknown {
  if (!Array.isArray(messages)) return WITHHELD;
  return messages.map((message) => {
    if (!isItem(message)) return message;
    if (ANSWERING.has(message.role)) {
      return { role: message.role, parts: [{ type: 'text', content: WITHHELD }] };
    }
    return mapParts(message, (part) => (RESULTS.has(part.type) ? named(part, 'response') : part));
  });
}

/** Answers without the arguments of the tools they ask for, which repeat prompts. */
export function withoutArguments(messages: unknown): unknown {
  if (!Array.isArray(messages)) return messages;
  return messages.map((message) =>
    isItem(message)
      ? mapParts(message, (part) => (CALLS.has(part.type) ? named(part, 'arguments') : part))
      : message,
  );
}

/** The same for a structure of any shape, such as the body of an event. */
export function withoutArgumentsAnywhere(value: unknown, depth = 0): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (depth > 32) return WITHHELD;
  if (Array.isArray(value)) return value.map((item) => withoutArgumentsAnywhere(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      key === 'arguments' ? WITHHELD : withoutArgumentsAnywhere(item, depth + 1),
    ]),
  );
}

function isItem(value: unknown): value is Item {
  return typeof value === 'object' && value !== null;
}

function mapParts(message: Item, change: (part: Item) => unknown): Item {
  const changed: Record<string, unknown> = { ...message };
  for (const key of ['parts', 'content']) {
    const parts = message[key];
    if (Array.isArray(parts)) changed[key] = parts.map((part) => (isItem(part) ? change(part) : part));
  }
  return changed;
}

/** What the part is, without what it says. */
function named({ type, id, name }: Item, withheld: 'response' | 'arguments'): Item {
  return {
    type,
    ...(id === undefined ? {} : { id }),
    ...(name === undefined ? {} : { name }),
    [withheld]: WITHHELD,
  };
}
