// Receives what the implementations send (OTLP over http and gRPC, Datadog's trace protocol) in a
// process of its own, and counts the spans that arrived. Bodies are decoded only when somebody
// asks for the count, so that counting does not compete for the processor with what is measured.
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { gunzipSync } from 'node:zlib';

const require = createRequire(import.meta.url);
const { Decoder } = require('@msgpack/msgpack');
const grpc = require('@grpc/grpc-js');
const { SERVICES } = await import('../../test/support/receivers/otlp-schema.ts');

let otlp = [];
let datadog = [];
const counted = { spans: 0, bytes: 0, requests: 0 };

function countOtlp(body) {
  const { resourceSpans } = SERVICES.traces.request.decode(body);
  for (const { scopeSpans } of resourceSpans)
    for (const { spans } of scopeSpans) counted.spans += spans.length;
}

const decoder = new Decoder({ useBigInt64: true });
function countDatadog(body) {
  for (const trace of decoder.decode(body)) counted.spans += trace.length;
}

function count() {
  for (const body of otlp) countOtlp(body);
  for (const body of datadog) countDatadog(body);
  otlp = [];
  datadog = [];
  return counted;
}

function keep(list, body) {
  counted.bytes += body.length;
  counted.requests++;
  list.push(body);
}

const ANSWERS = {
  '/v1/traces': (body) => keep(otlp, body),
  '/v0.4/traces': (body) => keep(datadog, body),
};

const server = createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    const raw = Buffer.concat(chunks);
    if (request.url === '/count') return response.end(JSON.stringify(count()));
    if (request.url === '/info') {
      return response.end(JSON.stringify({ endpoints: ['/v0.4/traces'], client_drop_p0s: false }));
    }
    const isAgent = request.url.startsWith('/v0.');
    ANSWERS[request.url]?.(request.headers['content-encoding'] === 'gzip' ? gunzipSync(raw) : raw);
    response.setHeader('content-type', isAgent ? 'application/json' : 'application/x-protobuf');
    response.end(isAgent ? '{"rate_by_service":{}}' : '');
  });
});
server.listen(0, '127.0.0.1', () => {
  const same = (value) => value;
  const service = {
    Export: {
      path: SERVICES.traces.method,
      requestStream: false,
      responseStream: false,
      requestSerialize: same,
      requestDeserialize: same,
      responseSerialize: same,
      responseDeserialize: same,
    },
  };
  const rpc = new grpc.Server({ 'grpc.max_receive_message_length': 64 * 1024 * 1024 });
  rpc.addService(service, {
    Export: ({ request }, answer) => {
      keep(otlp, request);
      answer(null, Buffer.alloc(0));
    },
  });
  rpc.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, port) => {
    if (error) throw error;
    process.send({ http: server.address().port, grpc: port });
  });
});
// Ends with the benchmark, however that ends.
process.on('disconnect', () => process.exit());
