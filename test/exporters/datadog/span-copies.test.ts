import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import fc from 'fast-check';
import { TraceEncoder } from '../../../exporters/datadog/encode/trace-encoder.ts';
import { W3CTraceState } from '../../../src/core/index.ts';
import { type DatadogSpan, decodeTraces } from '../../support/datadog-agent.ts';
import { span } from '../../support/spans.ts';

// A span that is like one before is copied from there. What is sent must be what it would be without.

const FACTS = { runtimeId: '5b3e2f0e-0000-4000-8000-000000000001', pid: 4711 };
const RESOURCES = [
  resourceFromAttributes({ 'service.name': 'shop' }),
  resourceFromAttributes({ 'service.name': 'cart', 'service.version': '2', team: 'a' }),
];
const SCOPES = [{ name: 'http' }, { name: 'db', version: '1' }];
const STATES = [
  undefined,
  'ot=th:8;rv:fffffffffffffe',
  'dd=s:1;t.dm:-3',
  'dd=s:1;t.dm:-3,ot=th:4',
  'x=y',
].map((text) => (text === undefined ? undefined : W3CTraceState.parse(text)));
const TRACES = Array.from(
  { length: 12 },
  (_, index) =>
    `${index % 4 === 0 ? '0'.repeat(16) : '640cfd8d00000000'}abcdefab1234567${index.toString(16)}`,
);

function encoded(
  batch: readonly ReadableSpan[],
  encoder = new TraceEncoder({ facts: FACTS, now: Date.now }),
) {
  const { payloads, dropped } = encoder.encode(batch);
  expect(dropped).toBe(0);
  const chunks = payloads.flatMap(({ bytes }) => decodeTraces(bytes));
  for (const payload of payloads) encoder.release(payload);
  return chunks;
}

const value = fc.oneof(
  fc.constantFrom('a', 'b', 'ü', 'longer than the short texts that are written by a loop', '', 'true'),
  fc.constantFrom(0, -0, 1, 127, 128, 70_000, 0.5, -3, 2 ** 40, Number.NaN, Number.POSITIVE_INFINITY),
  fc.boolean(),
);

/** Few names and values, so that most spans are like another one in all, or in all but one. */
const attributes = fc.oneof(
  fc.record({
    'http.request.method': fc.constantFrom('GET', 'POST'),
    'http.response.status_code': fc.constantFrom(200, 404),
    'url.path': fc.constantFrom('/a', '/b', '/c', '/a/long/path/of/more/than/thirty-one/characters'),
    'user_agent.original': fc.constantFrom('one', 'two'),
  }),
  fc.record({ n: value, m: value, text: value }),
  fc.record(
    {
      n: fc.integer({ min: 0, max: 300 }),
      'db.query.text': fc.constantFrom('SELECT 1', 'SELECT 2'),
      'resource.name': fc.constantFrom('one', 'two'),
      'sampling.priority': fc.constantFrom(0, 2),
      'error.message': fc.constant('broken'),
      'http.status_code': fc.constantFrom(200, 500, '200'),
      'gen_ai.system': fc.constant('openai'),
      'deployment.environment.name': fc.constant('prod'),
      list: fc.constantFrom(['a'], ['b']),
      version: fc.constantFrom('1', '2'),
      env: fc.constantFrom('1', '2'),
    },
    { requiredKeys: [] },
  ),
);

const sketch = fc.record({
  trace: fc.nat(TRACES.length - 1),
  name: fc.constantFrom('one', 'two'),
  kind: fc.constantFrom(SpanKind.SERVER, SpanKind.CLIENT),
  parent: fc.constantFrom(undefined, 'local', 'local', 'remote'),
  status: fc.constantFrom(
    { code: SpanStatusCode.UNSET },
    { code: SpanStatusCode.UNSET },
    { code: SpanStatusCode.ERROR },
    { code: SpanStatusCode.ERROR, message: 'why' },
  ),
  resource: fc.nat(RESOURCES.length - 1),
  scope: fc.nat(SCOPES.length - 1),
  state: fc.nat(STATES.length - 1),
  hasEvent: fc.constantFrom(false, false, false, false, true),
  seconds: fc.constantFrom(0, 1, 5_000),
  attributes,
});
type Sketch = typeof sketch extends fc.Arbitrary<infer T> ? T : never;

/** What is taken from another sketch: one field, or one attribute. */
const FIELDS = ['trace', 'parent', 'status', 'resource', 'state', 'seconds', 'hasEvent'] as const;
const change = fc.record({
  field: fc.oneof(fc.constantFrom(...FIELDS), fc.constant('attribute'), fc.constant('attribute')),
  other: sketch,
  which: fc.nat(10),
  value,
});

function changed(
  base: Sketch,
  { field, other, which, value: fresh }: typeof change extends fc.Arbitrary<infer T> ? T : never,
): Sketch {
  if (field !== 'attribute') return { ...base, [field]: other[field as 'trace'] };
  const names = Object.keys(base.attributes);
  const name = names[which % names.length];
  if (name === undefined) return base;
  const theirs = (other.attributes as Record<string, unknown>)[name];
  return { ...base, attributes: { ...base.attributes, [name]: theirs ?? fresh } as Sketch['attributes'] };
}

/** Spans that are like one of two, each with one thing changed. */
const spans = fc
  .tuple(fc.tuple(sketch, sketch), fc.array(fc.tuple(fc.nat(3), change), { minLength: 1, maxLength: 50 }))
  .map(([[one, two], changes]) => changes.map(([which, by]) => changed(which === 0 ? two : one, by)));

function toSpan(given: Sketch, index: number): ReadableSpan {
  const { trace, parent, state, resource, scope, hasEvent, seconds, ...same } = given;
  const id = (index + 1).toString(16).padStart(16, '0');
  const traceState = STATES[state];
  return {
    ...span({
      ...same,
      traceId: TRACES[trace] as string,
      spanId: id,
      context: traceState ? { traceState } : {},
      parent: parent && { spanId: `a${id.slice(1)}`, isRemote: parent === 'remote' },
      start: [1_790_000_000 + index, index],
      end: [1_790_000_000 + index + seconds, index + 7],
      events: hasEvent ? [{ name: 'exception', time: [1, 1], attributes: { 'exception.type': 'E' } }] : [],
    }),
    resource: RESOURCES[resource] as ReadableSpan['resource'],
    instrumentationScope: SCOPES[scope] as ReadableSpan['instrumentationScope'],
  };
}

test('spans that are like others are sent as if they were alone', () => {
  const encoder = new TraceEncoder({ facts: FACTS, now: Date.now });
  let copies = 0;
  fc.assert(
    fc.property(fc.array(spans, { minLength: 1, maxLength: 3 }), (batches) => {
      // One encoder for all: it remembers names, but nothing of what an earlier payload held.
      for (const sketches of batches) {
        const batch = sketches.map(toSpan);
        const byId = new Map(batch.map((each) => [BigInt(`0x${each.spanContext().spanId}`), each]));
        for (const chunk of encoded(batch, encoder)) {
          const [first, ...others] = chunk as [DatadogSpan, ...DatadogSpan[]];
          const root = byId.get(first.span_id) as ReadableSpan;
          expect(encoded([root])).toEqual([[first]]);
          for (const other of others) {
            const alone = encoded([root, byId.get(other.span_id) as ReadableSpan]);
            // Of two local roots the later one may come first.
            if (alone[0]?.[0]?.span_id !== first.span_id) continue;
            copies++;
            expect(alone).toEqual([[first, other]]);
          }
        }
      }
    }),
    { numRuns: 250 },
  );
  expect(copies).toBeGreaterThan(500);
});
