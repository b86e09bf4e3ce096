// Records one of everything that OpenTelemetry can express, then prints the ids it was given.
// With --again it stays, and records the same again for every SIGUSR2, when what it had has been sent.
const { context, metrics, logs, ROOT_CONTEXT, SeverityNumber, SpanKind, SpanStatusCode, trace } =
  require('@opentelemetry/api');

const tracer = trace.getTracer('everything', '1.2.3');
const ids = {};
// Whole nanoseconds that no float of milliseconds can hold.
const SECOND = 1_790_000_000;
const at = (nanoseconds) => [SECOND, nanoseconds];

function span(key, name, options, parent, end, work = () => {}) {
  const created = tracer.startSpan(name, options, parent);
  const { traceId, spanId } = created.spanContext();
  ids[key] = { traceId, spanId };
  const inside = trace.setSpan(parent, created);
  work(created, inside);
  created.end(end);
  return created;
}

const server = {
  kind: SpanKind.SERVER,
  startTime: at(1),
  attributes: {
    'http.request.method': 'POST',
    'http.route': '/orders/:id',
    'http.response.status_code': 500,
    'url.path': '/orders/7',
    text: 'grüße 🦊',
    empty: '',
    yes: true,
    no: false,
    whole: 9007199254740991,
    negative: -7,
    fraction: 0.1,
    strings: ['a', 'b'],
    numbers: [1, 2, 3],
    fractions: [0.5, 1.5],
    flags: [true, false],
  },
};

function record() {
  span('server', 'POST /orders/:id', server, ROOT_CONTEXT, at(999_999_999), (root, inside) => {
    const sql = {
      'db.system.name': 'postgresql',
      'db.query.text': 'SELECT 1',
      'server.address': 'db.internal',
    };
    span('query', 'SELECT', { kind: SpanKind.CLIENT, startTime: at(100), attributes: sql }, inside, at(223));

    const topic = {
      'messaging.system': 'kafka',
      'messaging.operation': 'send',
      'messaging.destination.name': 'orders',
    };
    const producer = { kind: SpanKind.PRODUCER, startTime: at(300), attributes: topic };
    const sent = span('producer', 'send orders', producer, inside, at(401));

    const chat = {
      'gen_ai.operation.name': 'chat',
      'gen_ai.request.model': 'model-1',
      'gen_ai.usage.input_tokens': 12,
    };
    span(
      'chat',
      'chat model-1',
      { kind: SpanKind.CLIENT, startTime: at(500), attributes: chat },
      inside,
      at(601),
    );

    span('inner', 'compute', { startTime: at(700) }, inside, at(801), (inner, within) => {
      inner.setStatus({ code: SpanStatusCode.OK });
      context.with(within, () =>
        log(SeverityNumber.WARN, 'WARN', 'slow', { attempt: 2, reasons: ['a', 'b'] }),
      );
    });

    const error = Object.assign(new TypeError('no such order: ⛔'), {
      stack: 'TypeError: no such order: ⛔\n    at order.js:1',
    });
    root.recordException(error, at(900));
    root.addEvent('retry', { attempt: 1, ok: false, delays: [0.5, 1] }, at(901));
    root.setStatus({ code: SpanStatusCode.ERROR, message: 'order failed' });

    const received = {
      kind: SpanKind.CONSUMER,
      startTime: at(2000),
      attributes: { ...topic, 'messaging.operation': 'receive' },
      links: [{ context: sent.spanContext(), attributes: { relation: 'sent by', hops: 1 } }],
    };
    span('consumer', 'receive orders', received, ROOT_CONTEXT, at(2001));
  });
  log(SeverityNumber.INFO, 'INFO', { order: 7, lines: [{ sku: 'x' }] });
}

function log(severityNumber, severityText, body, attributes = {}) {
  logs.getLogger('everything', '1.2.3').emit({ severityNumber, severityText, body, attributes });
}
const meter = metrics.getMeter('everything', '1.2.3');
const counter = meter.createCounter('orders', { unit: '{order}', description: 'Orders taken.' });
counter.add(2, { kind: 'small' });
counter.add(3, { kind: 'large' });
meter.createUpDownCounter('open').add(-4);
meter.createObservableGauge('temperature').addCallback((result) => result.observe(36.6, { where: 'inside' }));
const histogram = meter.createHistogram('duration', { unit: 's' });
for (const seconds of [0.1, 0.2, 4]) histogram.record(seconds);

if (process.argv.includes('--again')) {
  const provider = trace.getTracerProvider();
  const sdk = provider.getDelegate?.() ?? provider;
  setInterval(() => {}, 1000);
  let times = 0;
  const again = async () => {
    await sdk.forceFlush();
    record();
    await sdk.forceFlush();
    times++;
    console.log(`again ${times}`);
  };
  process.on('SIGUSR2', () => void again());
}

record();
console.log(JSON.stringify(ids));
