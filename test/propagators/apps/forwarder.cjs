// A service as the W3C trace-context suite wants it: for each { url, arguments } of the JSON body it
// sends the arguments on with a POST. CLIENT=http uses node:http, else fetch; BODY=emitter reads the
// request with its events, else with `for await`.
const http = require('node:http');

function readWithEvents(request, done) {
  let text = '';
  request.on('data', (chunk) => {
    text += chunk;
  });
  request.on('end', () => done(text));
}

async function readWithIterator(request, done) {
  let text = '';
  for await (const chunk of request) text += chunk;
  await done(text);
}

const headers = { 'content-type': 'application/json' };

function postWithHttp(url, body) {
  return new Promise((resolve, reject) => {
    const request = http.request(url, { method: 'POST', headers }, (response) => {
      response.resume();
      response.on('end', resolve);
    });
    request.on('error', reject);
    request.end(body);
  });
}

async function postWithFetch(url, body) {
  const response = await fetch(url, { method: 'POST', headers, body });
  await response.arrayBuffer();
}

const post = process.env.CLIENT === 'http' ? postWithHttp : postWithFetch;
const read = process.env.BODY === 'emitter' ? readWithEvents : readWithIterator;

const server = http.createServer((request, response) => {
  read(request, async (text) => {
    for (const { url, arguments: rest } of JSON.parse(text)) await post(url, JSON.stringify(rest));
    response.end('ok');
  });
});
server.listen(0, '127.0.0.1', () => console.log(`port ${server.address().port}`));
