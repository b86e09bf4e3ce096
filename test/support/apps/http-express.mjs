// An ordinary express application, see http-express.cjs for its twin.
//   GET /        calls /by-http with http.request and /by-fetch with fetch, then answers
//   GET /end     lets the process end by itself
// With --once it asks itself for / and ends.
import http from 'node:http';
import express from 'express';

const app = express();
let port;

app.get('/', async (_request, response) => {
  const first = await get('/by-http');
  const second = await (await fetch(`http://127.0.0.1:${port}/by-fetch`)).text();
  response.send(`${first}, ${second}`);
});
app.get('/by-http', (_request, response) => response.send('http'));
app.get('/by-fetch', (_request, response) => response.send('fetch'));
app.get('/end', (_request, response) => {
  response.set('connection', 'close').send('bye');
  server.close();
});

function get(path) {
  return new Promise((resolve, reject) => {
    const request = http.request({ port, host: '127.0.0.1', path }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk) => {
        body += chunk;
      });
      response.on('end', () => resolve(body));
    });
    request.on('error', reject);
    request.end();
  });
}

const server = app.listen(0, '127.0.0.1', async () => {
  port = server.address().port;
  console.log(`listening on ${port}`);
  if (!process.argv.includes('--once')) return;
  console.log(await get('/'));
  server.close();
  server.closeAllConnections();
});
