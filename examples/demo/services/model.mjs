// A stand-in for a model provider: the chat completions endpoint as the real ones speak it.
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import pino from 'pino';

const log = pino();

const server = createServer((request, response) => {
  answer(request, response).catch((error) => {
    log.error(error);
    send(response, 500, { error: { type: 'server_error', message: 'Something broke.' } });
  });
});

async function answer(request, response) {
  const { model, messages } = await json(request);
  const question = messages.at(-1).content;
  if (question.includes('Atlantis')) {
    return send(response, 429, { error: { type: 'rate_limit_exceeded', message: 'Too many requests.' } });
  }
  // A model takes its time.
  setTimeout(() => send(response, 200, completion(model, question)), 25);
}

function completion(model, question) {
  const content = `${question.slice(0, -1)}: walk, eat, sleep.`;
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    model,
    choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 9, completion_tokens: 12, total_tokens: 21 },
  };
}

function send(response, status, body) {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

server.listen(0, '127.0.0.1', () => log.info(`listening on ${server.address().port}`));
