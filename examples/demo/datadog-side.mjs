/** What a Datadog Agent got, in the same words as `otlp-side.mjs`. */

const hex = (id) => id.toString(16).padStart(16, '0');

/** Ids as OpenTelemetry writes them, so that both sides can be compared; the rest as Datadog has it. */
const spanOf = ({ span_id, parent_id, start, duration, meta, service, name, resource, type, error }) => ({
  traceId: meta['otel.trace_id'],
  spanId: hex(span_id),
  parentSpanId: parent_id === 0n ? undefined : hex(parent_id),
  start,
  end: start + duration,
  service,
  operation: name,
  resource,
  type,
  error: error === 1 ? (meta['error.message'] ?? 'error') : undefined,
});

export const datadogSide = (name, agent) => ({
  name,
  get spans() {
    return agent.spans.map(spanOf);
  },
  line: ({ service, operation, resource, type, error }) =>
    `${service} ${operation} | ${resource} | ${type}${error ? ' ERROR' : ''}`,
  wanted: ({ datadog }) => datadog,
  get metrics() {
    return agent.lines.map(({ name }) => name);
  },
  malformed: [],
  waitForSpans: (count, timeout) => agent.until(({ spans }) => spans.length >= count, timeout),
  /** An Agent reads logs from stdout; what makes them part of a trace are the ids in them. */
  judgeLogs(written) {
    const arrived = new Set(agent.spans.map(({ meta, span_id }) => `${meta['otel.trace_id']} ${span_id}`));
    const inside = written.filter((record) => record.trace_id);
    const linked = inside.filter(({ dd }) => arrived.has(`${dd?.trace_id} ${dd?.span_id}`));
    const lost = inside.length - linked.length;
    return {
      text: `${linked.length} linked`,
      problems: lost > 0 ? [`${lost} log records name no span that arrived.`] : [],
      inTrace: (traceId) => linked.filter(({ dd }) => dd.trace_id === traceId).length,
    };
  },
});
