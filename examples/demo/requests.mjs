/**
 * The requests, and the spans each of them must produce, children below their parent: as an OTLP
 * backend shows them, and as Datadog does (service, operation, resource, type). This is what "sent"
 * means in the final table: it follows from what the services do, not from what any exporter claims
 * to have done.
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
    datadog: [
      'gateway http.server.request | GET /trips/:city | web',
      '  gateway internal | request handler | custom',
      '    gateway http.client.request | POST | http',
      '      planner http.server.request | POST | web',
      '        planner http.client.request | POST | http',
      '          model http.server.request | POST | web',
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
    datadog: [
      'gateway http.server.request | GET /trips/:city | web',
      '  gateway internal | request handler | custom',
      '    gateway http.client.request | POST | http',
      '      planner http.server.request | POST | web',
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
    datadog: [
      'gateway http.server.request | GET /trips/:city | web ERROR',
      '  gateway internal | request handler | custom',
      '    gateway http.client.request | POST | http ERROR',
      '      planner http.server.request | POST | web ERROR',
      '        planner http.client.request | POST | http ERROR',
      '          model http.server.request | POST | web',
    ],
  },
];
