import { SpanKind, SpanStatusCode, TraceFlags } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';

/** Prose of a length that differs from span to span, in one piece as it comes from a socket. */
function prose(index, length) {
  const text = `Question ${index}: ${'the quick brown fox jumps over the lazy dog while the signal is green. '.repeat(29)}`;
  return Buffer.from(text.slice(0, length)).toString();
}

/**
 * The three shapes that encoders are compared on; each span has one event, as in the reference runs.
 * What differs between the spans of a real service differs here too: paths, addresses, counts, prompts.
 */
export const SHAPES = [
  {
    label: 'small',
    name: 'step',
    kind: SpanKind.INTERNAL,
    kindName: 'internal',
    attributes: (index) => ({
      'app.step': 'reserve',
      'app.items': index % 7,
      'app.retry': false,
      'app.tenant': `tenant-${index % 20}`,
    }),
    event: { name: 'cache.miss', attributes: { key: 'basket' } },
  },
  {
    label: 'http',
    name: 'GET /users/:id',
    kind: SpanKind.SERVER,
    kindName: 'server',
    attributes: (index) => ({
      'http.request.method': 'GET',
      'http.route': '/users/:id',
      'http.response.status_code': 200,
      'url.path': `/users/${4_711 + index}`,
      'url.scheme': 'https',
      'server.address': 'api.example.com',
      'server.port': 443,
      'user_agent.original':
        'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140',
      'network.protocol.version': '1.1',
      'client.address': `203.0.113.${index % 250}`,
    }),
    event: { name: 'auth.ok', attributes: { method: 'jwt' } },
  },
  {
    label: 'genai',
    name: 'chat gpt-4o',
    kind: SpanKind.CLIENT,
    kindName: 'client',
    attributes: (index) => ({
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'gpt-4o',
      'gen_ai.usage.input_tokens': 500 + index,
      'gen_ai.usage.output_tokens': 200 + (index % 100),
      'gen_ai.request.temperature': 0.7,
      'gen_ai.input.messages': prose(index, 2_048),
      'gen_ai.output.messages': prose(index + 1_000, 2_020),
    }),
    event: { name: 'gen_ai.choice', attributes: { finish_reason: 'stop' } },
  },
];

/** Ended spans of one trace, as an exporter gets them from the SDK. */
export function otelSpans(shape, count) {
  const traceId = '640cfd8d00000000abcdefab12345678';
  const resource = resourceFromAttributes({
    'service.name': 'checkout',
    'service.version': '1.2.3',
    'deployment.environment.name': 'bench',
    'telemetry.sdk.name': 'opentelemetry',
    'telemetry.sdk.language': 'nodejs',
    'telemetry.sdk.version': '3.1.0',
  });
  const instrumentationScope = { name: '@opentelemetry/instrumentation-http', version: '0.301.0' };
  const parentSpanContext = { traceId, spanId: '00f067aa0ba902b7', traceFlags: TraceFlags.SAMPLED };
  return Array.from({ length: count }, (_, index) => {
    const context = {
      traceId,
      spanId: Buffer.from([7, 7, 7, 1, 2, 3, index >> 8, index & 255]).toString('hex'),
      traceFlags: TraceFlags.SAMPLED,
    };
    return {
      name: shape.name,
      kind: shape.kind,
      spanContext: () => context,
      parentSpanContext,
      startTime: [1_790_000_000, 123_456_789 + index],
      endTime: [1_790_000_000, 125_456_789 + index * 3],
      duration: [0, 2_000_000],
      status: { code: SpanStatusCode.UNSET },
      attributes: shape.attributes(index),
      links: [],
      ended: true,
      resource,
      instrumentationScope,
      events: [
        { time: [1_790_000_000, 124_000_000], name: shape.event.name, attributes: shape.event.attributes },
      ],
      droppedAttributesCount: 0,
      droppedEventsCount: 0,
      droppedLinksCount: 0,
    };
  });
}
