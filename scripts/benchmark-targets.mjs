// What was promised for speed, and where in the tables of one run of `npm run bench` it is looked up.

const created = (name, column) => ['span-creation', 'recorded', { implementation: name }, column];
const off = (name, column) => ['span-creation', 'sampled out by', { implementation: name }, column];
const ratioZero = (name, column) => ['span-creation', 'sampled out with', { implementation: name }, column];
const encoded = (encoder, item) => ['otlp-encode', 'ns of CPU', { encoder, item }, 'ns/item'];
const whole = (name, shape, column = 'CPU µs/span') => [
  'end-to-end',
  shape,
  { implementation: name },
  column,
];
const delayed = (name, column) => ['event-loop', '10000 spans/s', { implementation: name }, column];
const burst = (name, shape, column) => ['event-loop', `${shape} spans`, { implementation: name }, column];
const counted = (name) => ['metrics', 'ns of CPU per call', { implementation: name }, 'counter.add'];
const packets = (client) => ['dogstatsd-packets', '', { client }, 'packets'];
const started = (start) => ['start-up', 'above bare', { start }, 'CPU ms'];
const installed = (name) => ['start-up', 'megabytes', { package: name }, 'MB'];

const SDK = 'OTel SDK';
const HTTP = 'OTel SDK, OTLP http';
const GRPC = 'OTel SDK, OTLP gRPC';
const KINDS = { 'root, options': 'a root', 'root, setAttribute': 'a root, one by one', child: 'a child' };
const SHAPES = ['small', 'http', 'genai'];

const kinds = (make) => Object.entries(KINDS).flatMap(([column, kind]) => make(column, kind));

/** `most` is asked of the ratio to the peer, `atMost` and `atLeast` of our own figure. */
export const TARGETS = [
  ...kinds((column, kind) => [
    {
      what: `span with 4 attributes, ${kind}, ns`,
      ours: created('Signalbox, lean', column),
      peer: created(SDK, column),
      most: 0.25,
    },
    {
      what: `span with 4 attributes, ${kind}, ns`,
      ours: created('Signalbox, lean', column),
      peer: created('dd-trace', column),
      most: 0.3,
    },
    {
      what: `the same, ${kind}, engine of the SDK`,
      ours: created('Signalbox, sdk', column),
      peer: created(SDK, column),
      most: 0.7,
    },
  ]),
  {
    what: 'span with 4 attributes, a root, ns',
    ours: created('Signalbox, lean', 'root, options'),
    peer: created(SDK, 'root, options'),
    atMost: 500,
  },
  {
    what: 'the same to the socket, main thread, µs',
    ours: whole('Signalbox, OTLP http', 'small', 'main thread µs/span'),
    peer: whole(HTTP, 'small', 'main thread µs/span'),
    most: 0.25,
  },
  {
    what: 'the same to the socket, main thread, µs',
    ours: whole('Signalbox, OTLP http', 'small', 'main thread µs/span'),
    peer: whole('dd-trace', 'small', 'main thread µs/span'),
    most: 0.3,
  },
  ...kinds((column, kind) => [
    {
      what: `sampled out at once, ${kind}, ns`,
      ours: off('Signalbox, lean, off', column),
      peer: off(`${SDK}, off`, column),
      most: 0.05,
    },
    {
      what: `sampled out by a ratio of 0, ${kind}, ns`,
      ours: ratioZero('Signalbox, lean, ratio 0', column),
      peer: ratioZero(`${SDK}, ratio 0`, column),
      most: 0.05,
    },
    {
      what: `the same, ${kind}, engine of the SDK`,
      ours: ratioZero('Signalbox, sdk, ratio 0', column),
      peer: ratioZero(`${SDK}, ratio 0`, column),
      most: 0.2,
    },
  ]),
  ...SHAPES.map((shape) => ({
    what: `OTLP encoding, ${shape} span, ns`,
    ours: encoded('signalbox', `${shape} span`),
    peer: encoded('otlp-transformer', `${shape} span`),
    most: shape === 'genai' ? 0.15 : 0.25,
  })),
  ...SHAPES.flatMap((shape) => [
    {
      what: `end to end, OTLP http, ${shape} span, µs of CPU`,
      ours: whole('Signalbox, OTLP http', shape),
      peer: whole(HTTP, shape),
      most: 0.3,
    },
    {
      what: `end to end, OTLP http, ${shape} span, µs of CPU`,
      ours: whole('Signalbox, OTLP http', shape),
      peer: whole('dd-trace', shape),
      most: 0.5,
    },
  ]),
  {
    what: 'end to end, OTLP gRPC, http span, µs of CPU',
    ours: whole('Signalbox, OTLP gRPC', 'http'),
    peer: whole(GRPC, 'http'),
    most: 0.3,
  },
  ...['http', 'genai'].map((shape) => ({
    what: `end to end, Datadog Agent, ${shape} span, µs of CPU`,
    ours: whole('Signalbox, Datadog Agent', shape),
    peer: whole('dd-trace', shape),
    most: 0.6,
  })),
  {
    what: 'end to end, engine of the SDK, http span, µs of CPU',
    ours: whole('Signalbox, OTLP http, SDK engine', 'http'),
    peer: whole(HTTP, 'http'),
    most: 0.6,
  },
  ...['http', 'genai'].map((shape) => ({
    what: `whole pipeline and tail sampling, ${shape} span, µs of CPU`,
    ours: whole('Signalbox, whole pipeline and tail sampling', shape),
    peer: whole(HTTP, shape),
    most: 0.6,
  })),
  {
    what: 'event loop at 10,000 spans/s, p99, ms',
    ours: delayed('Signalbox, OTLP http', 'p99'),
    peer: delayed(HTTP, 'p99'),
    most: 0.4,
  },
  {
    what: 'event loop at 10,000 spans/s, p99, ms',
    ours: delayed('Signalbox, OTLP http', 'p99'),
    peer: delayed('dd-trace', 'p99'),
    most: 1,
  },
  {
    what: 'event loop at 10,000 spans/s, p99.9, ms',
    ours: delayed('Signalbox, OTLP http', 'p99.9'),
    peer: delayed('dd-trace', 'p99.9'),
    most: 0.6,
  },
  ...['small', 'http'].map((shape) => ({
    what: `${shape} spans delivered of a burst of 100,000`,
    ours: burst('Signalbox, OTLP http', shape, 'delivered'),
    peer: burst(HTTP, shape, 'delivered'),
    atLeast: 100_000,
  })),
  {
    what: 'memory after a burst of 100,000 small spans, MB',
    ours: burst('Signalbox, OTLP http', 'small', 'RSS +MB after the loop'),
    peer: burst('dd-trace', 'small', 'RSS +MB after the loop'),
    atMost: 50,
  },
  {
    what: 'peak memory of 1,000,000 small spans, MB',
    ours: whole('Signalbox, OTLP http', 'small', 'peak RSS +MB'),
    peer: whole(HTTP, 'small', 'peak RSS +MB'),
    most: 0.5,
  },
  ...['dd-trace client (per 10 s)', 'hot-shots, aggregation'].map((client) => ({
    what: 'packets of 1,000,000 increments',
    ours: packets('signalbox (OTel SDK, per interval)'),
    peer: packets(client),
    atMost: 17,
  })),
  { what: 'counter.add, ns', ours: counted('Signalbox'), peer: counted('dd-trace'), most: 1 },
  {
    what: 'counter.add, bound attributes, ns',
    ours: counted('Signalbox, bindCounter'),
    peer: counted('dd-trace'),
    atMost: 100,
  },
  ...['dd-trace', 'NodeSDK, no instrumentation'].map((peer) => ({
    what: 'start-up above bare Node.js, ms of CPU',
    ours: started('Signalbox, OTLP http'),
    peer: started(peer),
    atMost: 90,
  })),
  {
    what: 'installed with gRPC, MB',
    ours: installed('signalbox'),
    peer: installed('dd-trace'),
    atMost: 45,
  },
];
