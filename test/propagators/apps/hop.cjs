// One service of a chain. It answers with what it received and what its server span is, followed by
// the answers of the services behind it: GET /?next=<url>&next=<url>…
const http = require('node:http');

/** The active span, in OpenTelemetry's terms or dd-trace's. */
function activeSpan() {
  if (process.env.TRACER === 'datadog') {
    const span = require('dd-trace').scope().active();
    const context = span.context();
    return {
      traceId: context.toTraceId(true),
      spanId: context.toSpanId(true),
      parentId: context._parentId?.toString(16).padStart(16, '0'),
      priority: context._sampling.priority,
      decisionMaker: context._trace.tags['_dd.p.dm'],
      origin: context._trace.origin,
    };
  }
  const span = require('@opentelemetry/api').trace.getActiveSpan();
  const { traceId, spanId } = span.spanContext();
  return { traceId, spanId, parentId: span.parentSpanContext?.spanId, links: span.links };
}

async function answer(request, response) {
  const [next, ...rest] = new URL(request.url, 'http://x').searchParams.getAll('next');
  const hop = { headers: request.headers, span: activeSpan() };
  let behind = [];
  if (next) {
    const url = new URL(next);
    for (const each of rest) url.searchParams.append('next', each);
    behind = await (await fetch(url)).json();
  }
  response.end(JSON.stringify([hop, ...behind]));
}

const server = http.createServer((request, response) => void answer(request, response));
server.listen(0, '127.0.0.1', () => console.log(`port ${server.address().port}`));
