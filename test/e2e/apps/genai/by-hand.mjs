/** What libraries record that Signalbox has never seen. */
import { logs, trace } from '@opentelemetry/api';

import { cell, kept, sayElsewhere } from './scenario.mjs';

await cell('unknown/by hand', async () => {
  const messages = (kind) =>
    JSON.stringify([{ role: 'user', parts: [{ type: 'text', content: kept(kind) }] }]);
  const span = trace.getTracer('test').startSpan('chat by hand', {
    attributes: {
      'gen_ai.system': 'openai',
      'gen_ai.operation.name': 'chat',
      'gen_ai.request.model': 'gpt-4o-mini',
      'gen_ai.usage.prompt_tokens': 30,
      'gen_ai.usage.completion_tokens': 12,
      'gen_ai.prompt.0.content': kept('prompt'),
      'gen_ai.completion.0.content': kept('completion'),
      'gen_ai.system_instructions': messages('system'),
      'gen_ai.tool.call.arguments': kept('argument'),
      'gen_ai.tool.call.result': kept('result'),
      'gen_ai.tool.description': kept('description'),
      'llm.anything': kept('prompt'),
    },
  });
  span.addEvent('gen_ai.client.inference.operation.details', { 'gen_ai.input.messages': messages('event') });
  span.recordException(new Error(`invalid prompt: ${kept('prompt')}`));
  span.setStatus({ code: 2, message: `invalid prompt: ${kept('prompt')}` });
  span.end();
  sayElsewhere();
  const logger = logs.getLogger('test');
  logger.emit({
    eventName: 'gen_ai.client.inference.operation.details',
    attributes: { 'gen_ai.input.messages': messages('log') },
    body: kept('log'),
  });
  logger.emit({
    eventName: 'gen_ai.client.operation.exception',
    attributes: {
      'exception.type': 'BadRequestError',
      'exception.message': kept('log'),
      'exception.stacktrace': `BadRequestError: ${kept('log')}\n    at ask (app.js:1:1)`,
    },
  });
});
