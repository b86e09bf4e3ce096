import { ROOT_CONTEXT, SpanKind, SpanStatusCode, TraceFlags, trace } from '@opentelemetry/api';
import {
  JsonLogsSerializer,
  JsonMetricsSerializer,
  JsonTraceSerializer,
  ProtobufTraceSerializer,
} from '@opentelemetry/otlp-transformer';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import {
  createRedactor,
  RedactionLogProcessor,
  RedactionMetricExporter,
  RedactionProcessor,
} from '../../../processors/redaction/index.ts';
import { ALNUM, Random } from './corpus/random.ts';

/** The marked secret; made anew so that this file holds none. */
const CANARY = `${'s'}k-proj-${new Random(99).of(ALNUM, 48)}`;
const MARK = CANARY.slice(10, 40);
const resource = resourceFromAttributes({ 'service.name': 'shop', 'deploy.note': `with ${CANARY}` });
const redactor = createRedactor();

function decode(bytes: Uint8Array | undefined): string {
  return Buffer.from(bytes ?? []).toString('latin1');
}

describe('a marked secret in every place of a span', () => {
  const exporter = new InMemorySpanExporter();
  const provider = new TracerProvider({
    resource,
    spanProcessors: [new RedactionProcessor(new SimpleSpanProcessor({ exporter }), redactor)],
  });
  const tracer = provider.getTracer(`scope ${CANARY}`, CANARY);
  const context = { traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: TraceFlags.SAMPLED };
  const span = tracer.startSpan(`GET /${CANARY}`, {
    kind: SpanKind.CLIENT,
    attributes: { start: CANARY },
    links: [{ context, attributes: { note: CANARY, list: [CANARY] } }],
  });
  const error = new Error(`Incorrect API key provided: ${CANARY}`);
  span.setAttributes({
    text: `a ${CANARY} b`,
    list: ['x', CANARY],
    map: { inner: { note: CANARY, deeper: [{ note: CANARY }] } },
    bytes: Buffer.from(`bytes ${CANARY}`),
    json: JSON.stringify({ note: CANARY, nested: JSON.stringify({ again: CANARY }) }),
    'url.full': `https://user:${CANARY}@example.com/?access_token=${CANARY}`,
    'http.request.header.authorization': [`Bearer ${CANARY}`],
    'baggage.user': CANARY,
    [`key with ${CANARY}`]: 1,
    'gen_ai.input.messages': JSON.stringify([
      { role: 'user', parts: [{ type: 'text', content: `my key is ${CANARY}` }] },
    ]),
  });
  span.addEvent(`event ${CANARY}`, { note: CANARY, list: [CANARY] });
  span.recordException(error);
  span.addLink({ context, attributes: { late: CANARY } });
  span.setStatus({ code: SpanStatusCode.ERROR, message: error.message });
  span.updateName(`POST /${CANARY}`);
  span.end();
  const [exported] = exporter.getFinishedSpans();

  it.each([
    ['JSON', () => decode(JsonTraceSerializer.serializeRequest(exporter.getFinishedSpans()))],
    ['protobuf', () => decode(ProtobufTraceSerializer.serializeRequest(exporter.getFinishedSpans()))],
  ])('is in no byte of OTLP %s', (_name, bytes) => {
    expect(bytes()).not.toContain(MARK);
    expect(bytes()).toContain('POST /[API_KEY_REDACTED]');
  });

  it('keeps identity, times, kind and what is harmless', () => {
    expect(exported?.spanContext()).toEqual(span.spanContext());
    expect(exported).toMatchObject({ kind: SpanKind.CLIENT, ended: true, name: 'POST /[API_KEY_REDACTED]' });
    expect(exported?.resource.attributes).toEqual({
      'service.name': 'shop',
      'deploy.note': 'with [API_KEY_REDACTED]',
    });
    expect(exported?.attributes.list).toEqual(['x', '[API_KEY_REDACTED]']);
    expect(exported?.attributes.map).toEqual({
      inner: { note: '[API_KEY_REDACTED]', deeper: [{ note: '[API_KEY_REDACTED]' }] },
    });
    expect(exported?.attributes['http.request.header.authorization']).toEqual(['[REDACTED]']);
    expect(exported?.attributes['url.full']).toBe(
      'https://REDACTED:REDACTED@example.com/?access_token=[API_KEY_REDACTED]',
    );
    expect(JSON.parse(String(exported?.attributes.json))).toMatchObject({ note: '[API_KEY_REDACTED]' });
  });

  it('leaves the span of the SDK alone', () => expect(Reflect.get(span, 'name')).toContain(MARK));

  it('hands on a clean span as the same object', () => {
    const clean = new TracerProvider({
      spanProcessors: [new RedactionProcessor(new SimpleSpanProcessor({ exporter }), redactor)],
    })
      .getTracer('t')
      .startSpan('clean', { attributes: { a: 1, b: 'two', c: [3], d: { e: true } } });
    clean.end();
    expect(exporter.getFinishedSpans().at(-1)).toBe(clean);
  });
});

describe('a marked secret in every place of a log record', () => {
  const exporter = new InMemoryLogRecordExporter();
  const provider = new LoggerProvider({
    resource,
    processors: [new RedactionLogProcessor(new SimpleLogRecordProcessor({ exporter }), redactor)],
  });
  const logger = provider.getLogger(`scope ${CANARY}`, '1');

  it('is in no byte that leaves', () => {
    const body = { message: CANARY, user: { password: 'hunter2', cards: [`4111 ${'1111 1111'} 1111`] } };
    logger.emit({
      body: `text ${CANARY}`,
      eventName: CANARY,
      severityText: CANARY,
      attributes: { note: CANARY, map: { x: [CANARY] } },
    });
    logger.emit({ body, attributes: { password: 'hunter2', count: 3 } });
    logger.emit({ body: Buffer.from(CANARY), exception: new Error(`failed with ${CANARY}`) });
    body.message = 'changed later';
    const json = decode(JsonLogsSerializer.serializeRequest(exporter.getFinishedLogRecords()));
    expect(json).not.toContain(MARK);
    expect(json).not.toContain('hunter2');
    expect(json).not.toContain('1111 1111');
    expect(json).not.toContain('changed later');
    expect(json).not.toContain(Buffer.from(CANARY).toString('base64').slice(8, 24));
    expect(exporter.getFinishedLogRecords()[1]).toMatchObject({
      body: { message: '[API_KEY_REDACTED]', user: { password: '[REDACTED]', cards: ['[CC_REDACTED]'] } },
      attributes: { password: '[REDACTED]', count: 3 },
    });
  });

  it('survives a body nobody can read', () => {
    const circular: Record<string, unknown> = { note: CANARY };
    circular.self = circular;
    const hostile = new Proxy(
      {},
      {
        ownKeys: () => {
          throw new Error('no');
        },
      },
    );
    logger.emit({ body: circular as never });
    logger.emit({ body: { hostile } as never });
    const bodies = exporter
      .getFinishedLogRecords()
      .slice(-2)
      .map(({ body }) => body);
    expect(bodies).toEqual([{ note: '[API_KEY_REDACTED]', self: '[Circular]' }, { hostile: '[Proxy]' }]);
  });

  it('keeps the link to the span', () => {
    const spanContext = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 };
    logger.emit({ body: CANARY, context: trace.setSpanContext(ROOT_CONTEXT, spanContext) });
    expect(exporter.getFinishedLogRecords().at(-1)?.spanContext).toEqual(spanContext);
  });
});

describe('a marked secret in every place of a metric', () => {
  it.each([AggregationTemporality.DELTA, AggregationTemporality.CUMULATIVE])(
    'is in no byte that leaves, and sums stay what was recorded (temporality %s)',
    async (temporality) => {
      const exporter = new InMemoryMetricExporter(temporality);
      const reader = new PeriodicExportingMetricReader({
        exporter: new RedactionMetricExporter(exporter, redactor),
        exportIntervalMillis: 3_600_000,
      });
      const meter = new MeterProvider({ resource, readers: [reader] }).getMeter(`scope ${CANARY}`);
      const counter = meter.createCounter('calls', { description: `calls with ${CANARY}` });
      const histogram = meter.createHistogram('time');
      for (const mail of ['ada@example.com', 'bob@example.com', 'eve@example.com']) {
        counter.add(2, { user: mail, note: CANARY });
        histogram.record(7, { user: mail });
      }
      counter.add(1, { user: 'anonymous' });
      await reader.forceFlush();
      const json = decode(JsonMetricsSerializer.serializeRequest(exporter.getMetrics()[0] as never));
      expect(json).not.toContain(MARK);
      expect(json).not.toContain('ada@');
      const [calls, time] = exporter.getMetrics()[0]?.scopeMetrics[0]?.metrics ?? [];
      expect(calls?.dataPoints.map(({ attributes, value }) => [attributes, value])).toEqual([
        [{ user: '[EMAIL_REDACTED]', note: '[API_KEY_REDACTED]' }, 6],
        [{ user: 'anonymous' }, 1],
      ]);
      expect(time?.dataPoints.map(({ value }) => value)).toMatchObject([{ count: 3, sum: 21 }]);
      await reader.shutdown();
    },
  );
});
