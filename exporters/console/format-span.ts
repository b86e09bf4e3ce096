import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import type { Style } from './style.ts';
import { attributesOf, durationOf, inline, serviceOf, timeOf, words } from './values.ts';

/** What tells most about a span. Source of the names: OpenTelemetry semantic conventions 1.41. */
const KEY_ATTRIBUTES = [
  'http.request.method',
  'url.path',
  'url.full',
  'http.route',
  'http.response.status_code',
  'error.type',
  'db.system.name',
  'db.query.summary',
  'messaging.destination.name',
  'rpc.method',
  'gen_ai.operation.name',
  'gen_ai.request.model',
  'gen_ai.usage.input_tokens',
  'gen_ai.usage.output_tokens',
];

/**
 * One span as one line:
 * `12:31:05.042 span shop GET /cart server 12.3ms ok trace=4bf92f35 span=00f067aa parent=…  http.route=/cart`.
 */
export function formatSpan(span: ReadableSpan, style: Style): string {
  const { traceId, spanId } = span.spanContext();
  const parent = span.parentSpanContext?.spanId;
  const events = span.events.length;
  return words(
    style.dim(timeOf(span.startTime)),
    style.cyan('span'),
    serviceOf(span.resource),
    style.bold(inline(span.name, 80)),
    SpanKind[span.kind]?.toLowerCase(),
    durationOf(span.duration),
    statusOf(span, style),
    style.dim(
      `trace=${shortId(traceId)} span=${shortId(spanId)}${parent ? ` parent=${shortId(parent)}` : ''}`,
    ),
    attributesOf(span.attributes, KEY_ATTRIBUTES),
    events > 0 ? style.dim(`(${events} ${events === 1 ? 'event' : 'events'})`) : '',
  );
}

/** Enough of an id to tell it from its neighbours: eight hex digits. */
export function shortId(id: string): string {
  return id.slice(0, 8);
}

function statusOf({ status }: ReadableSpan, style: Style): string {
  if (status.code === SpanStatusCode.ERROR) {
    return style.red(status.message ? `error "${inline(status.message)}"` : 'error');
  }
  return status.code === SpanStatusCode.OK ? style.green('ok') : '';
}
