import { ATTR } from '../../../src/genai/conventions/index.ts';
import type { Draft } from '../dialects/index.ts';

/** One message in the shape of the conventions. */
interface Message {
  role: string;
  parts: unknown[];
  finish_reason?: string;
}

const INDEXED = /^(?:llm\.(?:in|out)put_messages|gen_ai\.(?:prompt|completion))\.\d/;
const INDEXED_PREFIXES = [
  ['llm.input_messages.', ATTR.inputMessages],
  ['llm.output_messages.', ATTR.outputMessages],
  ['gen_ai.prompt.', ATTR.inputMessages],
  ['gen_ai.completion.', ATTR.outputMessages],
] as const;

/** Sources of the content of prompts and answers, the first that is there wins. */
const PROMPT_TEXTS = ['ai.prompt.messages', 'gen_ai.prompt', 'llm.prompt', 'ai.prompt'];
const ANSWER_TEXTS = [
  'ai.response.text',
  'gen_ai.completion',
  'llm.completion',
  'llm.response',
  'ai.response.object',
];
const INPUTS = ['input.value', 'traceloop.entity.input', 'ai.toolCall.args', 'agent.input'];
const OUTPUTS = ['output.value', 'traceloop.entity.output', 'ai.toolCall.result', 'agent.output'];
const SOURCES: ReadonlySet<string> = new Set([...PROMPT_TEXTS, ...ANSWER_TEXTS, ...INPUTS, ...OUTPUTS]);

/** True for the attributes that {@link gatherContent} reads. */
export function isGathered(name: string): boolean {
  return SOURCES.has(name) || INDEXED.test(name);
}

/**
 * Puts dialects' content into the attributes of the conventions: OpenInference's and Traceloop's
 * one-attribute-per-field lists, Vercel's and everybody's single texts. In place; the foreign
 * attributes are removed.
 */
export function gatherContent(draft: Draft): void {
  if (Object.keys(draft).some((key) => INDEXED.test(key))) {
    for (const [prefix, to] of INDEXED_PREFIXES) gatherIndexed(draft, prefix, to);
  }
  const isTool = draft[ATTR.operation] === 'execute_tool';
  gatherText(draft, PROMPT_TEXTS, 'user', ATTR.inputMessages);
  gatherText(draft, ANSWER_TEXTS, 'assistant', ATTR.outputMessages);
  gatherValue(draft, INPUTS, isTool ? ATTR.toolArguments : ATTR.inputMessages, isTool ? undefined : 'user');
  gatherValue(
    draft,
    OUTPUTS,
    isTool ? ATTR.toolResult : ATTR.outputMessages,
    isTool ? undefined : 'assistant',
  );
}

function gatherValue(draft: Draft, sources: readonly string[], to: string, role: string | undefined): void {
  if (role) {
    gatherText(draft, sources, role, to);
    return;
  }
  for (const source of sources) {
    if (!(source in draft)) continue;
    draft[to] ??= draft[source];
    delete draft[source];
  }
}

function gatherText(draft: Draft, sources: readonly string[], role: string, to: string): void {
  for (const source of sources) {
    const value = draft[source];
    if (value === undefined || typeof value === 'object') continue;
    delete draft[source];
    draft[to] ??= JSON.stringify(toMessages(String(value), role));
  }
}

/** Messages from a text: JSON in a known shape, or words. */
function toMessages(text: string, role: string): Message[] {
  try {
    const parsed: unknown = JSON.parse(text);
    const list = Array.isArray(parsed) ? parsed : (parsed as { messages?: unknown } | null)?.messages;
    if (Array.isArray(list) && list.every(isMessage)) return list.map((item) => toMessage(item, role));
  } catch {
    // Words, not JSON.
  }
  return [{ role, parts: [{ type: 'text', content: text }] }];
}

function isMessage(item: unknown): item is Record<string, unknown> {
  return typeof item === 'object' && item !== null && ('role' in item || 'content' in item);
}

function toMessage(source: Record<string, unknown>, role: string): Message {
  const message: Message = { role: typeof source.role === 'string' ? source.role : role, parts: [] };
  const { content, contents, parts, tool_calls: calls, finish_reason: reason } = source;
  for (const part of [parts, contents, content].flat()) addPart(message.parts, part);
  for (const call of Array.isArray(calls) ? calls : []) message.parts.push(toolCall(call));
  if (typeof reason === 'string') message.finish_reason = reason;
  return message;
}

function addPart(parts: unknown[], part: unknown): void {
  if (part == null || part === '') return;
  if (typeof part !== 'object') {
    parts.push({ type: 'text', content: String(part) });
    return;
  }
  const item = unwrap(part as Record<string, unknown>, 'message_content');
  if (typeof item.text === 'string') parts.push({ type: 'text', content: item.text });
  else parts.push(item);
}

function toolCall(call: unknown): unknown {
  const item = unwrap(call as Record<string, unknown>, 'tool_call');
  const fn = (item.function ?? item) as Record<string, unknown>;
  return { type: 'tool_call', id: item.id ?? null, name: fn.name, arguments: fn.arguments };
}

function unwrap(item: Record<string, unknown>, key: string): Record<string, unknown> {
  const inner = item?.[key];
  return typeof inner === 'object' && inner !== null ? (inner as Record<string, unknown>) : (item ?? {});
}

function gatherIndexed(draft: Draft, prefix: string, to: string): void {
  const keys = Object.keys(draft).filter(
    (key) => key.startsWith(prefix) && /^\d/.test(key.slice(prefix.length)),
  );
  if (keys.length === 0) return;
  const root: Record<string, unknown> = {};
  for (const key of keys) {
    insert(root, key.slice(prefix.length).split('.'), draft[key]);
    delete draft[key];
  }
  const messages = (Object.values(lists(root) as object) as Record<string, unknown>[]).map((entry) =>
    toMessage(unwrap(entry, 'message'), to === ATTR.inputMessages ? 'user' : 'assistant'),
  );
  if (to === ATTR.outputMessages) {
    const reasons = messages.flatMap(({ finish_reason: reason }) => reason ?? []);
    if (reasons.length > 0) draft[ATTR.finishReasons] ??= reasons;
  }
  draft[to] ??= JSON.stringify(messages);
}

function insert(node: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [head = '', ...rest] = path;
  if (rest.length === 0) {
    node[head] = value;
    return;
  }
  const next = Object.hasOwn(node, head) ? node[head] : undefined;
  const child =
    typeof next === 'object' && next !== null ? (next as Record<string, unknown>) : Object.create(null);
  node[head] = child;
  insert(child, rest, value);
}

/** Objects whose keys are all numbers become lists. */
function lists(node: unknown): unknown {
  if (typeof node !== 'object' || node === null || Array.isArray(node)) return node;
  const entries = Object.entries(node).map(([key, value]) => [key, lists(value)] as const);
  return entries.every(([key]) => /^\d+$/.test(key))
    ? entries.sort(([a], [b]) => Number(a) - Number(b)).map(([, value]) => value)
    : Object.fromEntries(entries);
}
