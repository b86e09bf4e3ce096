/**
 * The requests, and the spans each of them must produce, children below their parent. This is what
 * "sent" means in the final table: it follows from what the services do, not from what any
 * exporter claims to have done.
 */
export const REQUESTS = [
  {
    path: '/trips/Lisbon',
    status: 200,
    spans: [
      'gateway SERVER GET /trips/:city',
      '  gateway INTERNAL request handler',
      '    gateway CLIENT POST',
      '      planner SERVER POST',
      '        planner CLIENT POST',
      '          model SERVER POST',
    ],
  },
  {
    // The planner remembers Lisbon and does not ask the model again.
    path: '/trips/Lisbon',
    status: 200,
    spans: [
      'gateway SERVER GET /trips/:city',
      '  gateway INTERNAL request handler',
      '    gateway CLIENT POST',
      '      planner SERVER POST',
    ],
  },
  {
    // The model answers 429: an error for its client, not for itself.
    path: '/trips/Atlantis',
    status: 502,
    spans: [
      'gateway SERVER GET /trips/:city ERROR',
      '  gateway INTERNAL request handler',
      '    gateway CLIENT POST ERROR',
      '      planner SERVER POST ERROR',
      '        planner CLIENT POST ERROR',
      '          model SERVER POST',
    ],
  },
];

/** How a received span is written in such a list. */
export const line = ({ service, kind, name, status }) =>
  `${service} ${kind} ${name}${status.code === 'ERROR' ? ' ERROR' : ''}`;
