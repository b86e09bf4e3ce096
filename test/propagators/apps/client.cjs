// Sends one request to URL with the headers of HEADERS (JSON) through the client named by CLIENT, in
// the context of a request that it first sends to itself.
const http = require('node:http');

const headers = JSON.parse(process.env.HEADERS ?? '{}');
const clients = {
  fetch: (url) => fetch(url, { headers }).then((response) => response.text()),
  http: (url) => get(url, headers),
  'http-array': (url) => get(url, Object.entries(headers).flat()),
};

function get(url, withHeaders) {
  return new Promise((resolve, reject) => {
    const request = http.get(url, { headers: withHeaders }, (response) => {
      response.resume();
      response.on('end', resolve);
    });
    request.on('error', reject);
  });
}

const server = http.createServer((_request, response) => {
  void clients[process.env.CLIENT](process.env.URL).then(() => response.end());
});
server.listen(0, '127.0.0.1', () => {
  const inbound = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', baggage: 'a=1' };
  // A bare socket, so that nothing is added to this first request.
  const lines = Object.entries(inbound).map(([name, value]) => `${name}: ${value}\r\n`);
  const socket = require('node:net').connect(server.address().port);
  socket.write(`GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n${lines.join('')}\r\n`);
  socket.on('data', () => {}).on('close', () => server.close());
});
