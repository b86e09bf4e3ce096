// The second service: plain node:http and fetch, an ES module. It asks a model and remembers the answer.
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import pino from 'pino';

const log = pino();
const plans = new Map();

const server = createServer((request, response) => {
  plan(request, response).catch((error) => {
    log.error(error);
    response.writeHead(500).end();
  });
});

async function plan(request, response) {
  const { city } = await json(request);
  const known = plans.get(city);
  const answer = known ?? (await ask(`Plan a day in ${city}.`));
  if (answer.plan) plans.set(city, answer);
  else log.error({ city, status: answer.status }, 'the model did not answer');
  log.info({ city, remembered: known !== undefined }, 'plan asked for');
  response.writeHead(answer.plan ? 200 : 502, { 'content-type': 'application/json' });
  response.end(JSON.stringify(answer.plan ? { city, plan: answer.plan } : { error: 'no plan today' }));
}

async function ask(question) {
  const response = await fetch(new URL('/v1/chat/completions', process.env.MODEL_URL), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'demo-1', messages: [{ role: 'user', content: question }] }),
  });
  const body = await response.json();
  return { status: response.status, plan: body.choices?.[0].message.content };
}

server.listen(0, '127.0.0.1', () => log.info(`listening on ${server.address().port}`));
