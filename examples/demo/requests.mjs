/**
 * The requests, and the spans each of them must produce. This is what "sent" means in the final
 * table: it follows from what the services do, not from what any exporter claims to have done.
 *
 * A span is written as `service KIND name [ERROR]`, with its children below it.
 */
const trip = (failed, ...asked) => ({
  [`gateway SERVER GET /trips/:city${failed}`]: {
    'gateway INTERNAL request handler': {
      [`gateway CLIENT POST${failed}`]: {
        [`planner SERVER POST${failed}`]: Object.assign({}, ...asked),
      },
    },
  },
});

export const REQUESTS = [
  {
    path: '/trips/Lisbon',
    status: 200,
    spans: trip('', { 'planner CLIENT POST': { 'model SERVER POST': {} } }),
  },
  // The planner remembers Lisbon and does not ask again.
  { path: '/trips/Lisbon', status: 200, spans: trip('') },
  // The model answers 429: an error for its client, not for itself.
  {
    path: '/trips/Atlantis',
    status: 502,
    spans: trip(' ERROR', { 'planner CLIENT POST ERROR': { 'model SERVER POST': {} } }),
  },
];

/** How many spans an outline has. */
export const countSpans = (outline) =>
  Object.values(outline).reduce((sum, children) => sum + 1 + countSpans(children), 0);

/** The same outline from what was received: the spans below `parentSpanId`. */
export function outlineOf(spans, parentSpanId) {
  const outline = {};
  for (const span of childrenOf(spans, parentSpanId)) {
    const error = span.status.code === 'ERROR' ? ' ERROR' : '';
    let line = `${span.service} ${span.kind} ${span.name}${error}`;
    while (outline[line]) line += ' (again)';
    outline[line] = outlineOf(spans, span.spanId);
  }
  return outline;
}

/** The spans below `parentSpanId` (undefined: the root), in order of their start. */
export const childrenOf = (spans, parentSpanId) =>
  spans.filter((span) => span.parentSpanId === parentSpanId).sort(byStart);

/** For sorting by start. */
export const byStart = (one, other) => Number(one.start - other.start);
