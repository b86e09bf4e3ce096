import { type Attributes, SpanKind, SpanStatusCode, TraceFlags, ValueType } from '@opentelemetry/api';
import { type Resource, resourceFromAttributes } from '@opentelemetry/resources';
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';
import { AggregationTemporality, DataPointType, type ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import fc, { type Arbitrary } from 'fast-check';
import { W3CTraceState } from '../../../../src/core/index.ts';

/*
 * Random telemetry as exporters get it, for differential tests. Values come from small pools as well
 * as from the whole range, so that records repeat each other as real ones do.
 */

const hex = (bytes: number): Arbitrary<string> =>
  fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((id) => Buffer.from(id).toString('hex'));

const TRACE_IDS = ['640cfd8d00000000abcdefab12345678', '0AF7651916CD43DD8448EB211C80319C'];
const traceId = fc.oneof(fc.constantFrom(...TRACE_IDS), hex(16), fc.constant(''));
const spanId = fc.oneof(fc.constantFrom('00f067aa0ba902b7', 'ffffffffffffffff'), hex(8), fc.constant(''));

/** Text at and around the lengths where a length takes another byte, plain and not. */
const text = fc.oneof(
  {
    arbitrary: fc.constantFrom('', 'GET', '/users/:id', 'ü', '日本語', 'a\ud800b', '😀'.repeat(40)),
    weight: 20,
  },
  { arbitrary: fc.string({ unit: 'binary', maxLength: 40 }), weight: 20 },
  { arbitrary: fc.integer({ min: 100, max: 140 }).map((length) => 'x'.repeat(length)), weight: 20 },
  { arbitrary: fc.integer({ min: 30, max: 140 }).map((length) => 'ü'.repeat(length)), weight: 20 },
  { arbitrary: fc.constantFrom(16_370, 16_384, 70_000).map((length) => 'y'.repeat(length)), weight: 1 },
);

const number = fc.oneof(
  fc.constantFrom(0, -0, 1, -1, 127, 128, 200, 2 ** 31, 2 ** 32, 2 ** 53 + 2, -(2 ** 63), 2 ** 63, 2 ** 70),
  fc.constantFrom(0.5, 1e300, Number.NaN, Number.POSITIVE_INFINITY, -1.25),
  fc.integer(),
  fc.maxSafeInteger(),
  fc.double(),
);

const scalar = fc.oneof(text, number, fc.boolean());

const value: Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    { arbitrary: scalar, weight: 8 },
    { arbitrary: fc.constantFrom(undefined, null, Symbol('none')), weight: 1 },
    { arbitrary: fc.uint8Array({ maxLength: 200 }), weight: 1 },
    { arbitrary: fc.array(tie('value'), { maxLength: 4 }), weight: 2 },
    { arbitrary: fc.dictionary(text, tie('value'), { maxKeys: 4 }), weight: 2 },
  ),
})).value;

const NAMES = [
  'http.route',
  'http.request.method',
  'http.response.status_code',
  'gen_ai.input.messages',
  'ü',
];
const name = fc.oneof({ arbitrary: fc.constantFrom(...NAMES), weight: 6 }, { arbitrary: text, weight: 1 });
const attributes = fc.dictionary(name, value, { maxKeys: 6 }) as Arbitrary<Attributes>;
const count = fc.constantFrom(0, 0, 1, 300);
const time = fc.tuple(
  fc.constantFrom(0, 1, 1_790_000_000, 1_790_000_001, 4_294_967_295, 9_000_000_000),
  fc.nat(999_999_999),
);
const schemaUrl = fc.constantFrom(undefined, '', 'https://opentelemetry.io/schemas/1.41.0');

const resource = fc
  .record({ attributes, schemaUrl })
  .map(({ attributes: own, schemaUrl: url }) =>
    resourceFromAttributes(own, url === undefined ? {} : { schemaUrl: url }),
  );
const scope = fc.record(
  {
    name: text,
    version: fc.constantFrom('1.0', '', undefined),
    schemaUrl,
    attributes,
    droppedAttributesCount: count,
  },
  { requiredKeys: ['name'] },
) as Arbitrary<ReadableLogRecord['instrumentationScope']>;

const spanContext = fc.record(
  {
    traceId,
    spanId,
    traceFlags: fc.constantFrom(TraceFlags.NONE, TraceFlags.SAMPLED, 0x03),
    isRemote: fc.boolean(),
    traceState: fc.constantFrom('a=1', 'dd=s:2;t.dm:-4,b=2').map((state) => W3CTraceState.parse(state)),
  },
  { requiredKeys: ['traceId', 'spanId', 'traceFlags'] },
);

/** Records that share a few resources and scopes. */
function batchOf<T>(
  record: Arbitrary<T>,
): Arbitrary<
  (T & { resource: Resource; instrumentationScope: ReadableLogRecord['instrumentationScope'] })[]
> {
  return fc
    .tuple(
      fc.array(resource, { minLength: 1, maxLength: 2 }),
      fc.array(scope, { minLength: 1, maxLength: 3 }),
      fc.array(fc.tuple(record, fc.nat(), fc.nat()), { maxLength: 12 }),
    )
    .map(([resources, scopes, records]) =>
      records.map(([each, atResource, atScope]) => ({
        ...each,
        resource: resources[atResource % resources.length] as Resource,
        instrumentationScope: scopes[atScope % scopes.length] as ReadableLogRecord['instrumentationScope'],
      })),
    );
}

const event = fc.record(
  { time, name: text, attributes, droppedAttributesCount: count },
  { requiredKeys: ['time', 'name'] },
);
const link = fc.record(
  { context: spanContext, attributes, droppedAttributesCount: count },
  { requiredKeys: ['context'] },
);

export const spans = batchOf(
  fc.record({
    name: text,
    kind: fc.constantFrom(SpanKind.INTERNAL, SpanKind.SERVER, SpanKind.CLIENT, SpanKind.CONSUMER),
    spanContext: spanContext.map((context) => () => context),
    parentSpanContext: fc.option(spanContext, { nil: undefined }),
    startTime: time,
    endTime: time,
    status: fc.record(
      {
        code: fc.constantFrom(SpanStatusCode.UNSET, SpanStatusCode.OK, SpanStatusCode.ERROR),
        message: text,
      },
      { requiredKeys: ['code'] },
    ),
    attributes,
    links: fc.array(link, { maxLength: 2 }),
    events: fc.array(event, { maxLength: 3 }),
    droppedAttributesCount: count,
    droppedEventsCount: count,
    droppedLinksCount: count,
  }),
) as unknown as Arbitrary<ReadableSpan[]>;

export const logs = batchOf(
  fc.record(
    {
      hrTime: time,
      hrTimeObserved: time,
      severityNumber: fc.constantFrom(0, 9, 24),
      severityText: text,
      body: value,
      eventName: text,
      spanContext,
      attributes,
      droppedAttributesCount: count,
    },
    { requiredKeys: ['hrTime', 'hrTimeObserved', 'attributes', 'droppedAttributesCount'] },
  ),
) as unknown as Arbitrary<ReadableLogRecord[]>;

const total = fc.oneof(fc.constantFrom(0, 1, 80, 2 ** 32, 2 ** 40 + 1), fc.nat());
const double = fc.double();
const bounds = fc.oneof(fc.constant([0, 5, 10]), fc.array(double, { maxLength: 20 }));
const histogram = fc.record(
  {
    buckets: fc.record({ boundaries: bounds, counts: fc.array(total, { maxLength: 20 }) }),
    count: total,
    sum: double,
    min: double,
    max: double,
  },
  { requiredKeys: ['buckets', 'count'] },
);
const buckets = fc.record({
  offset: fc.integer({ min: -1_000, max: 1_000 }),
  bucketCounts: fc.array(total, { maxLength: 160 }),
});
const exponential = fc.record(
  {
    scale: fc.integer({ min: -10, max: 20 }),
    count: total,
    zeroCount: total,
    sum: double,
    min: double,
    max: double,
    positive: buckets,
    negative: buckets,
  },
  { requiredKeys: ['scale', 'count', 'zeroCount', 'positive', 'negative'] },
);
const integer = fc.oneof(fc.constantFrom(0, -1, 2 ** 53, -(2 ** 40)), fc.maxSafeInteger());

function metric(type: DataPointType, valueType: ValueType, points: Arbitrary<unknown>): Arbitrary<unknown> {
  return fc.record({
    descriptor: fc.record({ name: text, description: text, unit: text, valueType: fc.constant(valueType) }),
    aggregationTemporality: fc.constantFrom(AggregationTemporality.DELTA, AggregationTemporality.CUMULATIVE),
    dataPointType: fc.constant(type),
    isMonotonic: fc.boolean(),
    dataPoints: fc.array(fc.record({ startTime: time, endTime: time, attributes, value: points }), {
      maxLength: 5,
    }),
  });
}

const anyMetric = fc.oneof(
  metric(DataPointType.SUM, ValueType.INT, integer),
  metric(DataPointType.SUM, ValueType.DOUBLE, number),
  metric(DataPointType.GAUGE, ValueType.INT, integer),
  metric(DataPointType.GAUGE, ValueType.DOUBLE, number),
  metric(DataPointType.HISTOGRAM, ValueType.DOUBLE, histogram),
  metric(DataPointType.EXPONENTIAL_HISTOGRAM, ValueType.DOUBLE, exponential),
);

export const metrics = fc.record({
  resource,
  scopeMetrics: fc.array(fc.record({ scope, metrics: fc.array(anyMetric, { maxLength: 4 }) }), {
    maxLength: 3,
  }),
}) as unknown as Arbitrary<ResourceMetrics>;
