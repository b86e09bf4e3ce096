import type { Attributes } from '@opentelemetry/api';
import {
  ProtobufLogsSerializer,
  ProtobufMetricsSerializer,
  ProtobufTraceSerializer,
} from '@opentelemetry/otlp-transformer';
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import fc, { type Arbitrary } from 'fast-check';
import {
  BATCH_KINDS,
  type BatchOf,
  type ItemOf,
  type Packing,
} from '../../../../exporters/delivery/index.ts';
import { otlpEncoder } from '../../../../exporters/otlp/encode/index.ts';
import type { Signal } from '../../../../src/core/index.ts';
import { SERVICES } from '../../../support/receivers/otlp-schema.ts';
import { span } from '../../../support/spans.ts';
import { logs, metrics, spans } from './random-telemetry.ts';

/** A request as protobufjs reads it; what is absent has its default, as the specification says. */
function decoded(signal: Signal, bytes: Uint8Array): unknown {
  const { request } = SERVICES[signal];
  return request.toObject(request.decode(bytes), { longs: String, defaults: true, bytes: String });
}

interface Upstream<S extends Signal> {
  serializeRequest(batch: BatchOf[S]): Uint8Array | undefined;
}

/** Several batches in a row, since an encoder remembers what it saw. */
function expectSameMeaning<S extends Signal>(
  signal: S,
  batch: Arbitrary<BatchOf[S]>,
  upstream: Upstream<S>,
): void {
  const rounds = fc.array(batch, { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(rounds, (batches) => {
      const encoder = otlpEncoder(signal);
      for (const each of batches) {
        const bytes = encoder.encode(each);
        const expected = upstream.serializeRequest(each) as Uint8Array;
        expect(decoded(signal, bytes)).toEqual(decoded(signal, expected));
        encoder.settled(bytes, true);
      }
    }),
    { numRuns: 100 },
  );
}

describe('means the same as what the serialiser of OpenTelemetry writes', () => {
  test('spans', () => expectSameMeaning('traces', spans, ProtobufTraceSerializer as Upstream<'traces'>));
  test('log records', () => expectSameMeaning('logs', logs, ProtobufLogsSerializer as Upstream<'logs'>));
  test('metrics', () => expectSameMeaning('metrics', metrics, ProtobufMetricsSerializer));
});

/** The value of the only attribute of a span, as it is sent. */
function sentValue(value: unknown): unknown {
  const batch = [span({ attributes: { it: value } })];
  const request = decoded('traces', otlpEncoder('traces').encode(batch)) as Nested;
  return request.resourceSpans[0]?.scopeSpans[0]?.spans[0]?.attributes[0]?.value;
}

interface Named {
  readonly resourceSpans: { scopeSpans: { spans: { name: string }[] }[] }[];
}

interface Nested {
  readonly resourceSpans: { scopeSpans: { spans: { attributes: { value: unknown }[] }[] }[] }[];
}

describe('records that are packed as they come', () => {
  /** The whole batch packed; every third record stays as it is. */
  function packedBatch<S extends 'traces' | 'logs'>(
    packing: Packing<ItemOf[S]>,
    items: BatchOf[S],
  ): BatchOf[S] {
    const loose: object[] = [];
    for (const [index, item] of items.entries()) {
      if (index % 3 === 2) loose.push(item);
      else expect(packing.add(item as ItemOf[S])).toBeGreaterThan(0);
    }
    return [...packing.take(), ...loose] as unknown as BatchOf[S];
  }

  /** Every third behind the others, which is the order of a batch. */
  const reordered = <T>(items: readonly T[]): T[] => [
    ...items.filter((_, index) => index % 3 !== 2),
    ...items.filter((_, index) => index % 3 === 2),
  ];

  function expectSameMeaningPacked<S extends 'traces' | 'logs'>(
    signal: S,
    batch: Arbitrary<BatchOf[S]>,
    one: (index: number) => ItemOf[S],
  ): void {
    const encoder = otlpEncoder(signal);
    const packing = encoder.createPacking?.() as Packing<ItemOf[S]>;
    const plain = otlpEncoder(signal);
    fc.assert(
      fc.property(batch, fc.boolean(), (items, isDelivered) => {
        const expected = decoded(
          signal,
          plain.encode(reordered(items as unknown[]) as unknown as BatchOf[S]),
        );
        const packed = packedBatch(packing, items);
        const bytes = encoder.encode(packed);
        // Memory of an earlier request is not touched by what comes next, until it is given back.
        packing.add(one(0));
        expect(decoded(signal, bytes)).toEqual(expected);
        // Encoded again for another attempt, it is the same.
        expect(decoded(signal, encoder.encode(packed))).toEqual(expected);
        packing.undo();
        expect(packing.take()).toEqual([]);
        encoder.settled(bytes, isDelivered);
      }),
      { numRuns: 100 },
    );
  }

  test('spans', () => expectSameMeaningPacked('traces', spans, (index) => span({ name: `${index}` })));
  test('log records', () => expectSameMeaningPacked('logs', logs, () => logRecord()));

  test('one that cannot be read is refused, and those around it are whole', () => {
    const loop: Record<string, unknown> = {};
    loop.loop = loop;
    const encoder = otlpEncoder('logs');
    const packing = encoder.createPacking?.() as Packing<ReadableLogRecord>;
    const good = { ...logRecord(), body: 'fine', attributes: { a: 'x', b: 1 } };
    expect(packing.add(good)).toBeGreaterThan(0);
    expect(packing.add({ ...good, attributes: { a: 'y', b: 1, loop: loop as never } })).toBe(0);
    expect(packing.add(good)).toBeGreaterThan(0);
    const expected = decoded('logs', otlpEncoder('logs').encode([good, good]));
    expect(decoded('logs', encoder.encode(packing.take()))).toEqual(expected);
  });

  test('what was added last can be taken back, also where its scope changed', () => {
    const encoder = otlpEncoder('traces');
    const packing = encoder.createPacking?.() as Packing<ReadableSpan>;
    const [a, b] = [span({ name: 'a' }), { ...span({ name: 'b' }), instrumentationScope: { name: 'other' } }];
    packing.add(a);
    packing.add(b);
    packing.undo();
    packing.add(a);
    packing.undo();
    packing.add(b);
    const expected = decoded('traces', otlpEncoder('traces').encode([a, b]));
    expect(decoded('traces', encoder.encode(packing.take()))).toEqual(expected);
  });

  test.each([
    ['one scope', 1],
    ['records of three scopes in turn', 3],
  ])('any number of them can be split off: %s', (_, scopes) => {
    const encoder = otlpEncoder('traces');
    const packing = encoder.createPacking?.() as Packing<ReadableSpan>;
    const names = Array.from({ length: scopes }, (__, index) => ({ name: `scope ${index}` }));
    const batch = Array.from({ length: 30 }, (__, index) => ({
      ...span({ name: `${index} ${'x'.repeat(index * 9)}` }),
      instrumentationScope: names[index % scopes] as { name: string },
    }));
    for (const each of batch) packing.add(each);
    const packed = packing.take();
    const namesIn = (spans: readonly ReadableSpan[]): string[] =>
      (decoded('traces', encoder.encode(spans)) as Named).resourceSpans.flatMap(({ scopeSpans }) =>
        scopeSpans.flatMap((scope) => scope.spans.map(({ name }) => name)),
      );
    const all = namesIn(packed);
    expect(all.toSorted()).toEqual(batch.map(({ name }) => name).toSorted());
    const pieces: string[][] = [];
    const halve = (spans: readonly ReadableSpan[]): void => {
      const halves = BATCH_KINDS.traces.halve(spans);
      if (halves) for (const half of halves) halve(half);
      else pieces.push(namesIn(spans));
    };
    halve(packed);
    expect(pieces.map(({ length }) => length)).toEqual(batch.map(() => 1));
    expect(pieces.flat()).toEqual(all);
    // The whole is still there.
    expect(namesIn(packed)).toEqual(all);
  });

  /** Packs 400 spans of one scope. */
  function filler(packing: Packing<ReadableSpan>): () => readonly ReadableSpan[] {
    const { resource, instrumentationScope } = span();
    return () => {
      for (let index = 0; index < 400; index++) {
        packing.add({ ...span({ name: `${index} ${'x'.repeat(150)}` }), resource, instrumentationScope });
      }
      return packing.take();
    };
  }

  test('memory is used again once every part of it has arrived, and no sooner', () => {
    const encoder = otlpEncoder('traces');
    const packing = encoder.createPacking?.() as Packing<ReadableSpan>;
    const fill = filler(packing);
    const memoryOf = (spans: readonly ReadableSpan[]) => encoder.encode(spans).buffer;
    const first = fill();
    const [one, other] = BATCH_KINDS.traces.halve(first) as [ReadableSpan[], ReadableSpan[]];
    const memory = memoryOf(first);
    encoder.settled(encoder.encode(one), true);
    expect([fill(), fill(), fill()].map(memoryOf)).not.toContain(memory);
    encoder.settled(encoder.encode(other), true);
    expect([fill(), fill(), fill()].map(memoryOf)).toContain(memory);
  });

  test("what is small is moved to memory of its size, which is nobody else's business", () => {
    const encoder = otlpEncoder('traces');
    const packing = encoder.createPacking?.() as Packing<ReadableSpan>;
    packing.add(span({ name: 'small' }));
    packing.add(span({ name: 'as well' }));
    const batch = packing.take();
    const first = Buffer.from(encoder.encode(batch));
    for (let round = 0; round < 6; round++) {
      for (let index = 0; index < 100; index++) packing.add(span({ name: 'another one' }));
      encoder.settled(encoder.encode(packing.take()), true);
    }
    expect(encoder.encode(batch)).toEqual(first);
    const [half] = BATCH_KINDS.traces.halve(batch) as [ReadableSpan[], ReadableSpan[]];
    expect(decoded('traces', encoder.encode(half))).toEqual(
      decoded('traces', otlpEncoder('traces').encode([span({ name: 'small' })])),
    );
    encoder.settled(encoder.encode(batch), true);
    const memories = Array.from({ length: 6 }, () => encoder.encode(filler(packing)()).buffer);
    expect(memories.every(({ byteLength }) => byteLength >= 65_536)).toBe(true);
  });

  test('memory that the network may still read is never used again', () => {
    const encoder = otlpEncoder('traces');
    const packing = encoder.createPacking?.() as Packing<ReadableSpan>;
    const fill = filler(packing);
    const batch = fill();
    const bytes = encoder.encode(batch);
    encoder.settled(bytes, false);
    encoder.settled(encoder.encode(batch), true);
    const memories = Array.from({ length: 6 }, () => encoder.encode(fill()).buffer);
    expect(memories).not.toContain(bytes.buffer);
  });
});

describe('where more is kept than by the serialiser of OpenTelemetry', () => {
  test.each([
    [12n, { intValue: '12' }],
    [-(2n ** 63n), { intValue: '-9223372036854775808' }],
    [2n ** 63n - 1n, { intValue: '9223372036854775807' }],
    [2n ** 63n, { stringValue: '9223372036854775808' }],
    [[1n], { arrayValue: { values: [{ intValue: '1' }] } }],
  ])('big integer %p', (value, expected) => expect(sentValue(value)).toEqual(expected));
});

test('one name with values of changing types, some of them twice', () => {
  const values = [1, 'a', 1, 'a', true, 1, 'b', ['b'], 'b', 'a', 1.5, 1.5, 'a'];
  const batch = values.map((it) => span({ attributes: { it, more: 'x'.repeat(100) } }));
  expect(decoded('traces', otlpEncoder('traces').encode(batch))).toEqual(
    decoded('traces', ProtobufTraceSerializer.serializeRequest(batch) as Uint8Array),
  );
});

test('what a value has from its prototype is not sent', () => {
  const batch = [span({ attributes: Object.create({ inherited: 1 }) as Attributes })];
  const request = decoded('traces', otlpEncoder('traces').encode(batch)) as Nested;
  expect(request.resourceSpans[0]?.scopeSpans[0]?.spans[0]?.attributes).toEqual([]);
});

test('a value that contains itself is refused, and the next batch is as if it had not been', () => {
  const encoder = otlpEncoder('logs');
  const good = { ...logRecord(), body: 'fine' };
  const loop: Record<string, unknown> = {};
  loop.loop = loop;
  const alone = encoder.encode([good]);
  expect(() => encoder.encode([good, { ...logRecord(), body: loop as never }])).toThrow(RangeError);
  expect(Buffer.from(encoder.encode([good])).equals(alone)).toBe(true);
});

test('more names than are remembered are written all the same', () => {
  const encoder = otlpEncoder('traces');
  const batch = Array.from({ length: 50 }, (_, at) =>
    span({
      attributes: Object.fromEntries(Array.from({ length: 100 }, (_each, index) => [`k${at}.${index}`, at])),
    }),
  );
  for (let round = 0; round < 2; round++) {
    expect(decoded('traces', encoder.encode(batch))).toEqual(
      decoded('traces', ProtobufTraceSerializer.serializeRequest(batch) as Uint8Array),
    );
  }
});

test('bytes stay as they are until they are given back', () => {
  const encoder = otlpEncoder('logs');
  const first = encoder.encode([logRecord()]);
  const copy = Buffer.from(first);
  encoder.encode([{ ...logRecord(), body: 'another one' }]);
  expect(copy.equals(first)).toBe(true);
});

function logRecord(): ReadableLogRecord {
  const { resource, instrumentationScope } = span({});
  const time: [number, number] = [1_790_000_000, 5];
  return {
    hrTime: time,
    hrTimeObserved: time,
    attributes: {},
    droppedAttributesCount: 0,
    resource,
    instrumentationScope,
  };
}
