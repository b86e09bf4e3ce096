import { activeConversation, traceChat, withConversation } from 'signalbox/genai';
import { printed } from './print.mjs';

const answer = () => traceChat({ provider: 'openai', model: 'gpt-4o' }, async () => activeConversation());

await printed(async () => {
  // The id that the application knows the conversation by; it is never made up.
  await withConversation('conversation-42', answer);
}, ['gen_ai.conversation.id']);
