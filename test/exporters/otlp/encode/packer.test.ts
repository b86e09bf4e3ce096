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
import { span } from '../../../support/spans.ts';
import { decoded } from './decoded.ts';
import { logRecord } from './log-record.ts';
import { logs, spans } from './random-telemetry.ts';

interface Named {
  readonly resourceSpans: { scopeSpans: { spans: { name: string }[] }[] }[];
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
