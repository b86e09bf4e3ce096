import { answerTo, argumentOf } from './echo.ts';
import type { Reply } from './provider-server.ts';

const USAGE = {
  prompt_tokens: 30,
  completion_tokens: 12,
  total_tokens: 42,
  prompt_tokens_details: { cached_tokens: 10 },
  completion_tokens_details: { reasoning_tokens: 4 },
};

const RESPONSES_USAGE = {
  input_tokens: 30,
  output_tokens: 12,
  total_tokens: 42,
  input_tokens_details: { cached_tokens: 10 },
  output_tokens_details: { reasoning_tokens: 4 },
};

/** What OpenAI would answer. The text repeats the last message, so that a canary goes both ways. */
export function openaiReply(path: string, body: Record<string, unknown>): Reply {
  const model = String(body.model);
  if (model.includes('limited')) return rateLimited(model.includes('quick'), lastText(body));
  if (path.endsWith('/embeddings')) return embeddings(model);
  if (path.endsWith('/responses')) return responses(model, body);
  return chat(model, body);
}

/** Some providers quote what they refuse. */
function rateLimited(quick: boolean, quoted: string): Reply {
  return {
    status: 429,
    headers: quick ? { 'retry-after-ms': '5' } : { 'retry-after': '7' },
    json: {
      error: {
        message: `Rate limit reached: ${quoted}`,
        type: 'requests',
        param: null,
        code: 'rate_limit_exceeded',
      },
    },
  };
}

function embeddings(model: string): Reply {
  return {
    json: {
      object: 'list',
      model,
      data: [{ object: 'embedding', index: 0, embedding: [0.1, 0.2, 0.3] }],
      usage: { prompt_tokens: 8, total_tokens: 8 },
    },
  };
}

function lastText(body: Record<string, unknown>): string {
  const messages = (body.messages ?? body.input) as unknown;
  if (typeof messages === 'string') return messages;
  const last = Array.isArray(messages) ? (messages.at(-1) as { content?: unknown }) : undefined;
  return typeof last?.content === 'string' ? last.content : JSON.stringify(last?.content ?? 'hello');
}

/** A response_format that wants JSON gets JSON. */
function contentFor(body: Record<string, unknown>): string {
  const text = lastText(body);
  return body.response_format || (body.text as { format?: unknown } | undefined)?.format
    ? JSON.stringify({ answer: answerTo(text) })
    : answerTo(text);
}

function wantsTool(body: Record<string, unknown>): boolean {
  const messages = body.messages as { role: string }[] | undefined;
  return Array.isArray(body.tools) && body.tools.length > 0 && messages?.at(-1)?.role !== 'tool';
}

function toolCall(body: Record<string, unknown>) {
  const [tool] = body.tools as { function?: { name: string }; name?: string }[];
  const name = tool?.function?.name ?? tool?.name ?? 'tool';
  return {
    id: 'call_1',
    type: 'function',
    function: { name, arguments: JSON.stringify({ text: argumentOf(lastText(body)) }) },
  };
}

function chat(model: string, body: Record<string, unknown>): Reply {
  const base = {
    id: 'chatcmpl-1',
    created: 1_700_000_000,
    model: `${model}-2024-07-18`,
    service_tier: 'default',
  };
  const call = wantsTool(body) ? toolCall(body) : undefined;
  const finish_reason = model.includes('filtered') ? 'content_filter' : call ? 'tool_calls' : 'stop';
  if (body.stream) return chatStream(model, body, base, finish_reason, call);
  const message = call
    ? { role: 'assistant', content: null, tool_calls: [call] }
    : { role: 'assistant', content: contentFor(body), refusal: null };
  return {
    json: {
      ...base,
      object: 'chat.completion',
      system_fingerprint: 'fp_1',
      choices: [{ index: 0, message, finish_reason, logprobs: null }],
      usage: USAGE,
    },
  };
}

function chatStream(
  model: string,
  body: Record<string, unknown>,
  base: object,
  finish_reason: string,
  call: object | undefined,
): Reply {
  const chunk = (delta: object, reason: string | null = null) => ({
    ...base,
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta, finish_reason: reason, logprobs: null }],
  });
  const text = contentFor(body);
  // A long text comes in few pieces, so that it does not take long.
  const words = text.match(new RegExp(`.{1,${Math.max(8, text.length >> 4)}}`, 'gs')) ?? [];
  const deltas = call
    ? [chunk({ tool_calls: [{ index: 0, ...call }] })]
    : words.map((word) => chunk({ content: word }));
  const opening = [chunk({ role: 'assistant', content: '' }), ...deltas];
  if (model.includes('cut')) return { events: opening, cut: true };
  if (model.includes('hang')) return { events: opening, hang: true };
  const wantsUsage = (body.stream_options as { include_usage?: boolean } | undefined)?.include_usage;
  const usage =
    wantsUsage && !model.includes('silent')
      ? [{ ...base, object: 'chat.completion.chunk', choices: [], usage: USAGE }]
      : [];
  return { events: [...opening, chunk({}, finish_reason), ...usage, '[DONE]'] };
}

function responses(model: string, body: Record<string, unknown>): Reply {
  const text = contentFor(body);
  const item = {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    status: 'completed',
    content: [{ type: 'output_text', text, annotations: [] }],
  };
  const response = {
    id: 'resp_1',
    object: 'response',
    created_at: 1_700_000_000,
    model: `${model}-2024-07-18`,
    status: 'completed',
    error: null,
    incomplete_details: null,
    instructions: body.instructions ?? null,
    output: [item],
    parallel_tool_calls: true,
    service_tier: 'default',
    text: { format: { type: 'text' } },
    tools: [],
    usage: RESPONSES_USAGE,
  };
  if (!body.stream) return { json: response };
  let sequence_number = 0;
  const event = (type: string, data: object) => ({
    event: type,
    data: { type, sequence_number: sequence_number++, ...data },
  });
  const place = { item_id: 'msg_1', output_index: 0, content_index: 0 };
  const opened = { ...item, status: 'in_progress', content: [] };
  const part = { type: 'output_text', text: '', annotations: [] };
  const begun = { ...response, status: 'in_progress', output: [], usage: null };
  return {
    events: [
      event('response.created', { response: begun }),
      event('response.output_item.added', { output_index: 0, item: opened }),
      event('response.content_part.added', { ...place, part }),
      event('response.output_text.delta', { ...place, delta: text, logprobs: [] }),
      event('response.output_text.done', { ...place, text, logprobs: [] }),
      event('response.content_part.done', { ...place, part: { ...part, text } }),
      event('response.output_item.done', { output_index: 0, item }),
      event('response.completed', { response }),
    ],
  };
}
