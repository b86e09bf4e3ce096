// GET /?client=<name>&url=<url>&headers=<JSON>: sends one request to the URL with the headers through
// the client of that name, in the context of the request it has received.
const http = require('node:http');

const clients = {
  fetch: (url, headers) => fetch(url, { headers }).then((response) => response.text()),
  http: get,
  'http-array': (url, headers) => get(url, Object.entries(headers).flat()),
};

function get(url, headers) {
  return new Promise((resolve, reject) => {
    const request = http.get(url, { headers }, (response) => {
      response.resume();
      response.on('end', resolve);
    });
    request.on('error', reject);
  });
}

async function answer(request, response) {
  const query = new URL(request.url, 'http://x').searchParams;
  await clients[query.get('client')](query.get('url'), JSON.parse(query.get('headers')));
  response.end();
}

const server = http.createServer((request, response) => void answer(request, response));
server.listen(0, '127.0.0.1', () => console.log(`port ${server.address().port}`));
