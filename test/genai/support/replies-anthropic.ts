import { answerTo, argumentOf } from './echo.ts';
import type { Reply } from './provider-server.ts';

const USAGE = {
  input_tokens: 15,
  cache_creation_input_tokens: 5,
  cache_read_input_tokens: 10,
  output_tokens: 12,
};

/** What Anthropic would answer. The text repeats the last message, so that a canary goes both ways. */
export function anthropicReply(body: Record<string, unknown>): Reply {
  const model = String(body.model);
  const messages = body.messages as { content: unknown }[];
  const last = messages.at(-1)?.content;
  const text = typeof last === 'string' ? last : JSON.stringify(last);
  if (model.includes('limited')) {
    return {
      status: 429,
      headers: { 'retry-after': '7' },
      json: { type: 'error', error: { type: 'rate_limit_error', message: `Rate limit reached: ${text}` } },
    };
  }
  const wantsTool = Array.isArray(body.tools) && typeof last === 'string';
  const tool = wantsTool ? (body.tools as { name: string }[])[0]?.name : undefined;
  const block = tool
    ? { type: 'tool_use', id: 'toolu_1', name: tool, input: { text: argumentOf(text) } }
    : { type: 'text', text: answerTo(text) };
  const stop_reason = tool ? 'tool_use' : 'end_turn';
  const message = { id: 'msg_1', type: 'message', role: 'assistant', model };
  if (!body.stream) {
    return { json: { ...message, content: [block], stop_reason, stop_sequence: null, usage: USAGE } };
  }
  const begun = { ...message, content: [], stop_reason: null, stop_sequence: null };
  const events: { event: string; data: unknown }[] = [];
  const add = (type: string, data: object) => events.push({ event: type, data: { type, ...data } });
  add('message_start', { message: { ...begun, usage: { ...USAGE, output_tokens: 1 } } });
  add('content_block_start', { index: 0, content_block: { type: 'text', text: '' } });
  add('content_block_delta', { index: 0, delta: { type: 'text_delta', text: answerTo(text) } });
  if (model.includes('cut')) return { events, cut: true };
  if (model.includes('hang')) return { events, hang: true };
  add('content_block_stop', { index: 0 });
  add('message_delta', { delta: { stop_reason, stop_sequence: null }, usage: { output_tokens: 12 } });
  add('message_stop', {});
  return { events };
}
