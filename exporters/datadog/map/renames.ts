/**
 * OpenTelemetry attribute → the tag Datadog knows it by. The original is not sent again.
 * Source: Datadog Agent, `pkg/opentelemetry-mapping-go/otlp/attributes`, HTTP mappings.
 */
export const RENAMES: ReadonlyMap<string, string> = new Map([
  ['client.address', 'http.client_ip'],
  ['http.response.body.size', 'http.response.content_length'],
  ['http.request.body.size', 'http.request.content_length'],
  ['http.request.header.referrer', 'http.referrer'],
  ['network.protocol.version', 'http.version'],
  ['server.address', 'http.server_name'],
  ['url.full', 'http.url'],
  ['user_agent.original', 'http.useragent'],
]);

/** Renamed, but also kept: the Agent computes peer tags from the originals. */
export const KEPT: ReadonlySet<string> = new Set(['server.address']);

const HEADER = 'http.request.header.';

/** The Datadog tag of an attribute, if it has another name there. */
export function renamed(attribute: string): string | undefined {
  const known = RENAMES.get(attribute);
  if (known !== undefined) return known;
  return attribute.startsWith(HEADER) ? `http.request.headers.${attribute.slice(HEADER.length)}` : undefined;
}

/** Tags that only the exporter writes; attributes of these names are not copied. */
export const RESERVED: ReadonlySet<string> = new Set([
  'language',
  'runtime-id',
  'process_id',
  'span.kind',
  'otel.trace_id',
  '_dd.p.tid',
  'otel.status_code',
  'otel.status_description',
  'otel.scope.name',
  'otel.scope.version',
  'otel.library.name',
  'otel.library.version',
  'w3c.tracestate',
  'events',
  '_dd.span_links',
  '_dd.span_events.has_exception',
  '_sampling_priority_v1',
  '_sample_rate',
  '_dd.top_level',
  '_dd1.sr.eausr',
]);

/** Attributes that end up elsewhere: in a field of the span, or in a tag that is computed last. */
export const HELD: ReadonlySet<string> = new Set([
  'operation.name',
  'resource.name',
  'service.name',
  'span.type',
  'env',
  'version',
  'http.request.method',
  'http.method',
  'http.status_code',
  'http.response.status_code',
  'error.msg',
  'error.message',
  'error.type',
  'error.stack',
  'sampling.priority',
  'analytics.event',
  '_dd.measured',
  'peer.service',
  'rpc.grpc.status_code',
]);
