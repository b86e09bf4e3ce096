import { SpanKind, TraceFlags } from '@opentelemetry/api';
import {
  ProtobufLogsSerializer,
  ProtobufMetricsSerializer,
  ProtobufTraceSerializer,
} from '@opentelemetry/otlp-transformer';
import { resourceFromAttributes } from '@opentelemetry/resources';
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';
import { AggregationTemporality, DataPointType, type ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import fc from 'fast-check';
import { otlpSpoolCodec } from '../../../exporters/otlp/index.ts';
import { PropagationState, propagationStateOf, W3CTraceState } from '../../../src/core/index.ts';
import { span } from '../../support/spans.ts';
import { someLogs, someMetrics, someSpans } from '../support/telemetry.ts';

const { encode, decode } = otlpSpoolCodec();

/** What OpenTelemetry's own serialiser makes of a batch. */
const WRITERS = {
  traces: (batch: never) => ProtobufTraceSerializer.serializeRequest(batch),
  metrics: (batch: never) => ProtobufMetricsSerializer.serializeRequest(batch),
  logs: (batch: never) => ProtobufLogsSerializer.serializeRequest(batch),
};

/** What comes back from the disk is the same to OpenTelemetry's own serialiser, byte for byte. */
function expectSame<S extends 'traces' | 'metrics' | 'logs'>(
  signal: S,
  batch: Parameters<typeof encode<S>>[1],
) {
  const write = (each: unknown): Buffer => Buffer.from(WRITERS[signal](each as never) ?? []);
  const read = decode(signal, [encode(signal, batch)]);
  expect(write(read).equals(write(batch))).toBe(true);
  expect(write(decode(signal, [write(batch)])).equals(write(batch))).toBe(true);
  return read;
}

const hex = (length: number) =>
  fc.uint8Array({ minLength: length, maxLength: length }).map((bytes) => Buffer.from(bytes).toString('hex'));
const scalar = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.boolean(),
  fc.maxSafeInteger(),
  fc.double(),
  fc.constantFrom(2 ** 60, -(2 ** 60), Number.NaN, Number.POSITIVE_INFINITY, -0.5),
);
const value = fc.oneof(
  scalar,
  fc.array(fc.string(), { maxLength: 4 }),
  fc.array(fc.maxSafeInteger(), { maxLength: 4 }),
);
const attributes = fc.dictionary(fc.string({ unit: 'grapheme' }), value, {
  maxKeys: 6,
  noNullPrototype: true,
});
const time = fc.tuple(fc.integer({ min: 0, max: 4_000_000_000 }), fc.integer({ min: 0, max: 999_999_999 }));
const traceState = fc.constantFrom(undefined, 'a=1', 'vendor=x,ot=th:8;rv:12');

const RESOURCES = [{}, { 'service.name': 'a' }, { 'service.name': 'b', list: ['x', 'y'] }].map((each) =>
  resourceFromAttributes(each),
);

const idsOf = (each: ReadableSpan): string => `${each.spanContext().traceId}/${each.spanContext().spanId}`;

const anySpan = fc
  .record({
    traceId: hex(16),
    spanId: hex(8),
    name: fc.string({ unit: 'grapheme' }),
    kind: fc.integer({ min: 0, max: 4 }),
    attributes,
    from: fc.constantFrom(...RESOURCES),
    start: time,
    end: time,
    status: fc.record({ code: fc.integer({ min: 0, max: 2 }), message: fc.constantFrom('no', 'ünïcode') }),
    events: fc.array(fc.record({ name: fc.string(), time, attributes, droppedAttributesCount: fc.nat(9) }), {
      maxLength: 3,
    }),
    links: fc.array(
      fc.record({
        context: fc.record({
          traceId: hex(16),
          spanId: hex(8),
          traceFlags: fc.constantFrom(0, 1),
          isRemote: fc.boolean(),
        }),
        attributes,
        droppedAttributesCount: fc.nat(9),
      }),
      { maxLength: 3 },
    ),
    parent: fc.option(fc.record({ spanId: hex(8), isRemote: fc.boolean() }), { nil: undefined }),
    flags: fc.constantFrom(TraceFlags.NONE, TraceFlags.SAMPLED, 3),
    state: traceState,
    scope: fc.constantFrom({ name: 'a' }, { name: 'b', version: '1', schemaUrl: 'https://schema/1' }),
    dropped: fc.nat(1_000_000),
  })
  .map(({ flags, state, dropped, from, ...sketch }) => ({
    ...span({
      ...(sketch as Parameters<typeof span>[0]),
      context: { traceFlags: flags, ...(state ? { traceState: W3CTraceState.parse(state) } : {}) },
    }),
    resource: from,
    droppedAttributesCount: dropped,
    droppedEventsCount: dropped % 7,
    droppedLinksCount: dropped % 5,
  }));

describe('traces', () => {
  test('any spans are the same afterwards', () => {
    fc.assert(
      fc.property(fc.uniqueArray(anySpan, { maxLength: 5, selector: idsOf }), (spans) => {
        const read = expectSame('traces', spans);
        for (const each of spans) {
          // They come back grouped by resource and scope.
          const again = read.find((one) => idsOf(one) === idsOf(each)) as ReadableSpan;
          expect(again).toMatchObject({ name: each.name, kind: each.kind, status: each.status, ended: true });
          expect([again.startTime, again.endTime]).toEqual([each.startTime, each.endTime]);
          expect(again.parentSpanContext?.spanId).toBe(each.parentSpanContext?.spanId);
          expect(Object.keys(again.attributes)).toEqual(Object.keys(each.attributes));
          expect(again.spanContext().traceFlags).toBe(each.spanContext().traceFlags);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('spans of the SDK are the same afterwards, in every field', () => {
    const spans = someSpans();
    const read = expectSame('traces', spans);
    for (const [index, each] of spans.entries()) {
      const { name, kind, attributes, events, links, status, duration, startTime, endTime } = each;
      const again = read[index] as ReadableSpan;
      expect(again).toMatchObject({ name, kind, attributes, links, status, duration, startTime, endTime });
      expect(again.events.map((event) => [event.name, event.time])).toEqual(
        events.map((event) => [event.name, event.time]),
      );
      expect(again.resource.attributes).toEqual(each.resource.attributes);
    }
  });

  test('frames of one span each share resource and scope, so that they are sent as one group', () => {
    const spans = [1, 2, 3].map((index) => span({ name: `s${index}`, resource: { 'service.name': 'a' } }));
    const read = decode(
      'traces',
      spans.map((each) => encode('traces', [each])),
    );
    expect(read.map(({ name }) => name)).toEqual(['s1', 's2', 's3']);
    expect(new Set(read.map(({ resource }) => resource)).size).toBe(1);
    expect(new Set(read.map(({ instrumentationScope }) => instrumentationScope)).size).toBe(1);
  });

  test('the decision about a trace, which Datadog needs, is kept, and the trace state is as before', () => {
    const traceId = 'ab'.repeat(16);
    const state = new PropagationState(traceId).decide(2, '-4');
    state.origin = 'synthetics';
    state.tags = new Map([['_dd.p.usr', 'x=y,z']]);
    state.lastParentId = '00000000000000aa';
    for (const text of ['', 'vendor=1,ot=th:8']) {
      const sent = span({ traceId, context: { traceState: W3CTraceState.parse(text).withState(state) } });
      const [read] = decode('traces', [encode('traces', [sent])]);
      const context = (read as ReadableSpan).spanContext();
      expect(context.traceState?.serialize()).toBe(text);
      expect(propagationStateOf(context)).toEqual(state);
    }
  });

  test('what is no OTLP throws, whatever it is', () => {
    const bytes = Buffer.from(encode('traces', [span({ attributes: { a: 1, b: ['x'] } })]));
    let thrown = 0;
    for (let at = 0; at < bytes.length; at++) {
      const damaged = Buffer.from(bytes);
      damaged[at] = (damaged[at] as number) ^ 0xff;
      try {
        decode('traces', [damaged]);
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
        thrown++;
      }
    }
    expect(thrown).toBeGreaterThan(bytes.length / 4);
  });

  test('a key that is the name of a prototype is a key', () => {
    const attributes = Object.fromEntries([['__proto__', 'x']]);
    const [read] = decode('traces', [encode('traces', [span({ attributes, kind: SpanKind.SERVER })])]);
    expect(Object.keys((read as ReadableSpan).attributes)).toEqual(['__proto__']);
  });
});

describe('logs', () => {
  test('records of the SDK are the same afterwards', () => {
    const [record] = someLogs();
    const [read] = expectSame('logs', someLogs());
    expect(read).toMatchObject({
      hrTime: record?.hrTime,
      severityNumber: 13,
      severityText: 'WARN',
      body: 'cart is\nempty',
      attributes: { user: 17 },
    });
  });

  const BODIES = [
    undefined,
    '',
    0,
    -1,
    1.5,
    true,
    null,
    [1, 'a', [true]],
    { a: { b: [1] } },
    new Uint8Array([1, 2]),
  ];
  test.each(BODIES.map((body) => [body]))('a body of %p', (body) => {
    const [{ hrTime, hrTimeObserved, attributes, resource, instrumentationScope }] = someLogs() as [
      ReadableLogRecord,
    ];
    const record = { hrTime, hrTimeObserved, attributes, resource, instrumentationScope };
    const spanContext = { traceId: 'ab'.repeat(16), spanId: 'cd'.repeat(8), traceFlags: 1 };
    const [read] = expectSame('logs', [
      { ...record, droppedAttributesCount: 3, body, spanContext, eventName: 'e' } as never,
    ]);
    expect(read?.body).toEqual(body);
    expect(read?.spanContext).toEqual(spanContext);
  });
});

describe('metrics', () => {
  test('of the SDK are the same afterwards', async () => {
    for (const selectAggregationTemporality of [undefined, () => AggregationTemporality.DELTA]) {
      const metrics = await someMetrics(selectAggregationTemporality ? { selectAggregationTemporality } : {});
      const read = expectSame('metrics', metrics);
      expect(read.resource.attributes).toEqual(metrics.resource.attributes);
      for (const [index, { metrics: all }] of metrics.scopeMetrics.entries()) {
        for (const [at, metric] of all.entries()) {
          const again = read.scopeMetrics[index]?.metrics[at];
          expect(again).toMatchObject({
            dataPointType: metric.dataPointType,
            descriptor: { name: metric.descriptor.name },
          });
          expect(again?.dataPoints).toEqual(metric.dataPoints);
        }
      }
    }
  });

  test('exponential histograms too, with negative offsets and scales', () => {
    const point = {
      startTime: [1, 2] as [number, number],
      endTime: [3, 4] as [number, number],
      attributes: { a: 'b' },
      value: {
        count: 2 ** 33,
        sum: -1.5,
        scale: -3,
        zeroCount: 4,
        positive: { offset: -2, bucketCounts: [1, 300, 0] },
        negative: { offset: 7, bucketCounts: [] },
        min: -1,
        max: 9,
      },
    };
    const metrics = {
      resource: resourceFromAttributes({}),
      scopeMetrics: [
        {
          scope: { name: 's' },
          metrics: [
            {
              descriptor: { name: 'h', description: '', unit: 'ms', valueType: 1 },
              aggregationTemporality: AggregationTemporality.DELTA,
              dataPointType: DataPointType.EXPONENTIAL_HISTOGRAM,
              dataPoints: [point],
            },
          ],
        },
      ],
    } as unknown as ResourceMetrics;
    expect(expectSame('metrics', metrics).scopeMetrics).toEqual(metrics.scopeMetrics);
  });
});
