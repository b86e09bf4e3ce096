// The front door: express, CommonJS. Nothing in here knows about telemetry.
const http = require('node:http');
const express = require('express');
const log = require('pino')();

const planner = new URL(process.env.PLANNER_URL);
const app = express();

app.get('/trips/:city', async (request, response) => {
  const { status, body } = await post(new URL('/plans', planner), { city: request.params.city });
  log.info({ city: request.params.city, status }, 'trip requested');
  response.status(status).type('json').send(body);
});

function post(url, payload) {
  return new Promise((resolve, reject) => {
    const request = http.request(url, { method: 'POST' }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk) => {
        body += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode, body }));
    });
    request.on('error', reject);
    request.end(JSON.stringify(payload));
  });
}

const server = app.listen(0, '127.0.0.1', () => log.info(`listening on ${server.address().port}`));
