import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import fc from 'fast-check';
import { TraceEncoder } from '../../../exporters/datadog/encode/trace-encoder.ts';
import { PropagationState, W3CTraceState } from '../../../src/core/index.ts';
import { type DatadogSpan, decodeTraces } from '../../support/datadog-agent.ts';
import { END, type SpanSketch, START, span, TRACE_ID } from '../../support/spans.ts';

const FACTS = { runtimeId: '5b3e2f0e-0000-4000-8000-000000000001', pid: 4711 };

function encoder(options: Partial<ConstructorParameters<typeof TraceEncoder>[0]> = {}): TraceEncoder {
  return new TraceEncoder({ facts: FACTS, now: Date.now, ...options });
}

function encodeOne(sketch: SpanSketch, encoderToUse = encoder()): DatadogSpan {
  const { payloads } = encoderToUse.encode([span(sketch)]);
  return decodeTraces(payloads[0]?.bytes as Buffer)[0]?.[0] as DatadogSpan;
}

describe('every field of a span', () => {
  const sent = encodeOne({
    name: 'step',
    kind: SpanKind.SERVER,
    parent: { spanId: '8000000000000001', isRemote: true },
    resource: {
      'service.name': 'Shop',
      'service.version': '1.2',
      'deployment.environment.name': 'Prod',
      team: 'a',
    },
    attributes: {
      text: 'ü',
      whole: 3,
      part: 0.5,
      yes: true,
      list: ['a', 1],
      map: { deep: [1] },
      nan: Number.NaN,
    },
    scope: { name: 'lib', version: '2' },
  });

  test('ids are exact: 64 bits each, the rest of the trace id beside them', () => {
    expect(sent.trace_id).toBe(0xabcdefab12345678n);
    expect(sent.span_id).toBe(0xffff_ffff_ffff_ffffn);
    expect(sent.parent_id).toBe(0x8000_0000_0000_0001n);
    expect(sent.meta['_dd.p.tid']).toBe('640cfd8d00000000');
    expect(sent.meta['otel.trace_id']).toBe(TRACE_ID);
  });

  test('times are exact to the nanosecond', () => {
    expect(sent.start).toBe(BigInt(START[0]) * 1_000_000_000n + BigInt(START[1]));
    expect(sent.duration).toBe(BigInt(END[0] - START[0]) * 1_000_000_000n + BigInt(END[1] - START[1]));
  });

  test('names, error and type', () => {
    expect(sent).toMatchObject({
      name: 'server.request',
      resource: 'step',
      service: 'shop',
      type: 'web',
      error: 0,
    });
  });

  test('meta: text, booleans, lists and maps; resource, scope, process and kind', () => {
    expect(sent.meta).toEqual({
      language: 'javascript',
      'runtime-id': FACTS.runtimeId,
      'otel.trace_id': TRACE_ID,
      '_dd.p.tid': '640cfd8d00000000',
      '_dd.p.dm': '-0',
      'span.kind': 'server',
      'otel.status_code': 'Unset',
      'otel.scope.name': 'lib',
      'otel.scope.version': '2',
      'otel.library.name': 'lib',
      'otel.library.version': '2',
      text: 'ü',
      yes: 'true',
      list: '["a",1]',
      map: '{"deep":[1]}',
      team: 'a',
      'service.version': '1.2',
      'deployment.environment.name': 'Prod',
      env: 'prod',
      version: '1.2',
    });
  });

  test('metrics: numbers, marks, priority and process id', () => {
    expect(sent.metrics).toEqual({
      whole: 3,
      part: 0.5,
      process_id: 4711,
      '_dd.top_level': 1,
      _sampling_priority_v1: 1,
    });
  });
});

describe('ids and times at their edges', () => {
  test('a 64-bit trace id has no high part', () => {
    const sent = encodeOne({ traceId: '00000000000000007fffffffffffffff' });
    expect(sent.trace_id).toBe(0x7fff_ffff_ffff_ffffn);
    expect(sent.meta['_dd.p.tid']).toBeUndefined();
  });

  test('_dd.p.tid stands on every span of a chunk', () => {
    const { payloads } = encoder().encode([span(), span({ spanId: '00000000000000bb', parent: {} })]);
    const tids = decodeTraces(payloads[0]?.bytes as Buffer)
      .flat()
      .map(({ meta }) => meta['_dd.p.tid']);
    expect(tids).toEqual(['640cfd8d00000000', '640cfd8d00000000']);
  });

  test('an end before the start is no duration; a start before the year 2000 is now', () => {
    expect(encodeOne({ start: [1_790_000_001, 0], end: [1_790_000_000, 0] }).duration).toBe(0n);
    const now = 1_790_000_000_500;
    const sent = encodeOne({ start: [5, 0], end: [6, 0] }, encoder({ now: () => now }));
    expect([sent.start, sent.duration]).toEqual([1_789_999_999_500_000_000n, 1_000_000_000n]);
  });

  test.each(['0'.repeat(32), `${'a'.repeat(16)}${'0'.repeat(16)}`])(
    'trace id %s cannot be sent',
    (traceId) => {
      expect(encoder().encode([span({ traceId })])).toMatchObject({ payloads: [], dropped: 1 });
    },
  );
});

describe('errors', () => {
  const exception = {
    time: START,
    name: 'exception',
    attributes: {
      'exception.message': 'boom',
      'exception.type': 'TypeError',
      'exception.stacktrace': 'at x',
    },
  };

  test('status ERROR takes message, type and stack from the last exception', () => {
    const earlier = { ...exception, attributes: { 'exception.message': 'first', 'exception.type': 'Old' } };
    const sent = encodeOne({
      status: { code: SpanStatusCode.ERROR, message: 'status' },
      events: [earlier, exception],
    });
    expect(sent.error).toBe(1);
    expect(sent.meta).toMatchObject({
      'error.message': 'boom',
      'error.msg': 'boom',
      'error.type': 'TypeError',
      'error.stack': 'at x',
      'otel.status_code': 'Error',
      'otel.status_description': 'status',
      '_dd.span_events.has_exception': 'true',
    });
  });

  test('an exception without status ERROR is no error', () => {
    const sent = encodeOne({ events: [exception] });
    expect(sent.error).toBe(0);
    expect(sent.meta['error.message']).toBeUndefined();
    expect(sent.meta['_dd.span_events.has_exception']).toBe('true');
  });

  test('without exception the status message counts; error.type stays', () => {
    const sent = encodeOne({
      status: { code: SpanStatusCode.ERROR, message: 'refused' },
      attributes: { 'error.type': '503' },
    });
    expect(sent.meta).toMatchObject({ 'error.message': 'refused', 'error.type': '503' });
  });
});

describe('events and links', () => {
  const events = [
    {
      time: [1_790_000_000, 7] as [number, number],
      name: 'a "b"',
      attributes: { s: 'é', n: 1.5, b: false, l: [1, 2] },
      droppedAttributesCount: 2,
    },
    { time: START, name: 'bare' },
  ];
  const links = [
    {
      context: {
        traceId: TRACE_ID,
        spanId: '00000000000000cc',
        traceFlags: 1,
        traceState: W3CTraceState.parse('a=b'),
      },
      attributes: { k: 'v', list: ['x', 2] },
      droppedAttributesCount: 1,
    },
  ];

  test('as JSON in meta, with exact times', () => {
    const { meta } = encodeOne({ events, links });
    expect(meta.events).toContain('"time_unix_nano":1790000000000000007');
    expect(meta.events).toContain(`"time_unix_nano":${START[0]}${START[1]}`);
    expect(JSON.parse(meta.events as string)).toEqual([
      {
        time_unix_nano: expect.any(Number),
        name: 'a "b"',
        attributes: { s: 'é', n: 1.5, b: false, l: [1, 2] },
        dropped_attributes_count: 2,
      },
      { time_unix_nano: expect.any(Number), name: 'bare' },
    ]);
    expect(JSON.parse(meta['_dd.span_links'] as string)).toEqual([
      {
        trace_id: TRACE_ID,
        span_id: '00000000000000cc',
        tracestate: 'a=b',
        attributes: { k: 'v', 'list.0': 'x', 'list.1': '2' },
        dropped_attributes_count: 1,
        flags: 1,
      },
    ]);
  });

  test('in their own fields for an Agent that takes them', () => {
    const native = encoder();
    native.abilities = { nativeEvents: true };
    const sent = encodeOne({ events, links }, native);
    expect(sent.meta.events).toBeUndefined();
    expect(sent.span_events).toEqual([
      {
        time_unix_nano: 1_790_000_000_000_000_007n,
        name: 'a "b"',
        attributes: {
          s: { type: 0, string_value: 'é' },
          n: { type: 3, double_value: 1.5 },
          b: { type: 1, bool_value: false },
          l: {
            type: 4,
            array_value: {
              values: [
                { type: 2, int_value: 1 },
                { type: 2, int_value: 2 },
              ],
            },
          },
        },
      },
      { time_unix_nano: BigInt(START[0]) * 1_000_000_000n + BigInt(START[1]), name: 'bare' },
    ]);
    expect(sent.span_links).toEqual([
      {
        trace_id: 0xabcdefab12345678n,
        trace_id_high: 0x640cfd8d00000000n,
        span_id: 0xccn,
        flags: 0x8000_0001,
        tracestate: 'a=b',
        attributes: { k: 'v', 'list.0': 'x', 'list.1': '2' },
      },
    ]);
  });

  test('too many events stay valid JSON within the limit', () => {
    const many = Array.from({ length: 500 }, (_, index) => ({
      time: START,
      name: `event-${index}`,
      attributes: { text: 'x'.repeat(200) },
    }));
    const text = encodeOne({ events: many }).meta.events as string;
    expect(text.length).toBeLessThanOrEqual(25_000);
    expect(JSON.parse(text).length).toBeGreaterThan(90);
  });
});

describe('limits and odd values', () => {
  test('long values, keys and resources are cut', () => {
    const sent = encodeOne({
      name: 'n'.repeat(6_000),
      attributes: { v: 'ä'.repeat(30_000), ['k'.repeat(300)]: 'x' },
    });
    expect(sent.resource).toHaveLength(5_000);
    expect(sent.meta.v).toBe(`${'ä'.repeat(25_000)}...`);
    expect(sent.meta[`${'k'.repeat(200)}...`]).toBe('x');
  });

  test.each(['日本語', '🚂'.repeat(40), 'lone \ud800 half', '', 'a\u0000b', 'ß'.repeat(11), 'é'.repeat(100)])(
    'text %j arrives as UTF-8',
    (text) => {
      expect(encodeOne({ attributes: { text } }).meta.text).toBe(text.toWellFormed());
    },
  );

  test('bytes are base64, cycles and functions are left out', () => {
    const cycle: Record<string, unknown> = {};
    cycle.self = cycle;
    const { meta } = encodeOne({
      attributes: {
        bytes: new Uint8Array([1, 2, 255]),
        nested: { b: new Uint8Array([1]) },
        cycle,
        f: () => 1,
        nothing: null,
      },
    });
    expect(meta.bytes).toBe('AQL/');
    expect(meta.nested).toBe('{"b":"AQ=="}');
    expect(Object.keys(meta)).not.toEqual(expect.arrayContaining(['cycle']));
  });

  test('naming rfc: the resource is the span name, arrays are flattened', () => {
    const sent = encodeOne(
      {
        name: 'GET',
        kind: SpanKind.SERVER,
        attributes: { 'http.request.method': 'GET', 'http.route': '/a', l: ['x', 2] },
      },
      encoder({ naming: 'rfc' }),
    );
    expect(sent.resource).toBe('GET');
    expect(sent.meta['l.0']).toBe('x');
    expect(sent.metrics['l.1']).toBe(2);
  });

  test('the same name from span and resource is written once, and the span wins', () => {
    const sent = encodeOne({ attributes: { team: 'span' }, resource: { team: 'resource', other: 'r' } });
    expect(sent.meta).toMatchObject({ team: 'span', other: 'r' });
  });

  test.each([
    ['true', 1],
    ['T', 1],
    ['0', 0],
    ['maybe', undefined],
  ])('analytics.event %s', (value, expected) => {
    expect(encodeOne({ attributes: { 'analytics.event': value } }).metrics['_dd1.sr.eausr']).toBe(expected);
  });
});

describe('the sampling decision', () => {
  function stateOf(change: (state: PropagationState) => void): SpanSketch {
    const state = new PropagationState(TRACE_ID);
    change(state);
    return { context: { traceState: W3CTraceState.parse('ot=th:8').withState(state) } };
  }

  test('priority, mechanism, origin and propagated tags', () => {
    const sketch = stateOf((state) => {
      state.decide(2, '-4');
      state.origin = 'rum';
      state.tags = new Map([['_dd.p.usr', 'me']]);
      state.lastParentId = '00000000000000dd';
    });
    const sent = encodeOne(sketch);
    expect(sent.metrics).toMatchObject({ _sampling_priority_v1: 2, _sample_rate: 0.5 });
    expect(sent.meta).toMatchObject({
      '_dd.p.dm': '-4',
      '_dd.origin': 'rum',
      '_dd.p.usr': 'me',
      '_dd.parent_id': '00000000000000dd',
      'w3c.tracestate': 'ot=th:8',
    });
  });

  test('a rejected trace has no mechanism', () => {
    const sent = encodeOne(stateOf((state) => void state.decide(-1, '-3')));
    expect(sent.metrics._sampling_priority_v1).toBe(-1);
    expect(sent.meta['_dd.p.dm']).toBeUndefined();
  });

  test('tags of the trace stand on the first span of the chunk only, priority on all', () => {
    const { payloads } = encoder().encode([span({ spanId: '00000000000000ee', parent: {} }), span()]);
    const [chunk] = decodeTraces(payloads[0]?.bytes as Buffer) as [DatadogSpan[]];
    expect(chunk[0]?.parent_id).toBe(0n);
    expect(chunk.map(({ meta }) => meta['_dd.p.dm'])).toEqual(['-0', undefined]);
    expect(chunk.map(({ metrics }) => metrics._sampling_priority_v1)).toEqual([1, 1]);
  });
});

describe('payloads', () => {
  const spans = (count: number, size: number) =>
    Array.from({ length: count }, (_, index) =>
      span({
        spanId: (index + 1).toString(16).padStart(16, '0'),
        parent: {},
        attributes: { pad: 'x'.repeat(size) },
      }),
    );

  test('one chunk per trace', () => {
    const other = span({ traceId: `${'0'.repeat(31)}9` });
    const { payloads } = encoder().encode([span(), other, span({ spanId: '00000000000000aa', parent: {} })]);
    expect(decodeTraces(payloads[0]?.bytes as Buffer).map((chunk) => chunk.length)).toEqual([2, 1]);
    expect(payloads[0]?.traces).toBe(2);
  });

  test('what is too large for one payload goes into several, within the limit, nothing lost', () => {
    const small = encoder();
    small.maxBytes = 10_000;
    const { payloads, dropped } = small.encode(spans(40, 1_000));
    expect(payloads.length).toBeGreaterThan(4);
    for (const { bytes } of payloads) expect(bytes.length).toBeLessThanOrEqual(10_000);
    const ids = payloads.flatMap(({ bytes }) =>
      decodeTraces(bytes)
        .flat()
        .map(({ span_id }) => span_id),
    );
    expect([ids.length, new Set(ids).size, dropped]).toEqual([40, 40, 0]);
    for (const { bytes } of payloads) {
      expect(decodeTraces(bytes)[0]?.[0]?.meta['_dd.p.dm']).toBe('-0');
    }
  });

  test('a span larger than a payload is dropped and counted, its neighbours are not', () => {
    const small = encoder();
    small.maxBytes = 10_000;
    const { payloads, dropped } = small.encode([
      ...spans(2, 10),
      span({ attributes: { pad: 'x'.repeat(20_000) } }),
      span({ traceId: `${'0'.repeat(31)}9` }),
    ]);
    expect(dropped).toBe(1);
    expect(payloads.flatMap(({ bytes }) => decodeTraces(bytes).flat())).toHaveLength(3);
  });

  test('a long trace is sent in pieces', () => {
    const { payloads } = encoder({ maxChunkSpans: 4 }).encode(spans(10, 1));
    expect(decodeTraces(payloads[0]?.bytes as Buffer).map((chunk) => chunk.length)).toEqual([4, 4, 2]);
  });

  test('memory of a payload is used again after release, and only then', () => {
    const one = encoder();
    const first = one.encode(spans(3, 50)).payloads[0];
    const copy = Buffer.from(first?.bytes as Buffer);
    one.encode(spans(3, 60));
    expect(first?.bytes.equals(copy)).toBe(true);
  });
});

test('random spans decode to what was encoded', () => {
  const text = fc.string({ unit: 'binary', maxLength: 60 });
  const name = fc.string({ minLength: 1, maxLength: 40 }).map((key) => `x.${key}`);
  const value = fc.oneof(
    text,
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.integer(),
    fc.boolean(),
  );
  const hex = (length: number) =>
    fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: length, maxLength: length });
  const sketch = fc.record({
    name: text,
    spanId: hex(15).map((id) => `1${id}`),
    attributes: fc.dictionary(name, value, { maxKeys: 12, noNullPrototype: true }),
    nanos: fc.integer({ min: 0, max: 999_999_999 }),
    length: fc.integer({ min: 0, max: 4_000_000_000 }),
  });
  const shared = encoder();
  fc.assert(
    fc.property(fc.array(sketch, { minLength: 1, maxLength: 8 }), (sketches) => {
      const batch = sketches.map(({ name: spanName, spanId, attributes, nanos, length }) =>
        span({
          name: spanName,
          spanId,
          attributes,
          parent: {},
          start: [1_790_000_000, nanos],
          end: [1_790_000_000 + length, nanos],
        }),
      );
      const { payloads } = shared.encode(batch);
      const decoded = payloads.flatMap(({ bytes }) => decodeTraces(bytes).flat());
      for (const payload of payloads) shared.release(payload);
      expect(decoded).toHaveLength(sketches.length);
      sketches.forEach((one, index) => {
        const sent = decoded[index] as DatadogSpan;
        expect(sent.span_id).toBe(BigInt(`0x${one.spanId}`));
        expect(sent.start).toBe(1_790_000_000_000_000_000n + BigInt(one.nanos));
        expect(sent.duration).toBe(BigInt(one.length) * 1_000_000_000n);
        for (const [key, expected] of Object.entries(one.attributes)) {
          if (typeof expected === 'number') expect(sent.metrics[key]).toBe(expected);
          else expect(sent.meta[key]).toBe(String(expected).toWellFormed());
        }
      });
    }),
    { numRuns: 300 },
  );
});
