import fc from 'fast-check';
import { explicitValues, rateOf } from '../../../exporters/dogstatsd/distribution.ts';
import { Packer } from '../../../exporters/dogstatsd/packer.ts';

test('a rate gives the value exactly its weight in the sketch of the Agent', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 40 }), (count) => {
      const sent = Number(String(rateOf(count)));
      expect(Math.trunc(1 / sent)).toBe(count);
      expect(sent).toBeLessThanOrEqual(1);
    }),
    { numRuns: 5_000 },
  );
});

test('explicit buckets: the middle, within minimum and maximum; the total stays', () => {
  const values = explicitValues({
    buckets: { boundaries: [10, 20], counts: [2, 1, 3] },
    count: 6,
    sum: 100,
    min: 4,
    max: 50,
  });
  expect(values.reduce((sum, { count }) => sum + count, 0)).toBe(6);
  expect(values).toEqual([
    { value: 7, count: 1 },
    { value: 15, count: 1 },
    { value: 35, count: 2 },
    { value: 4, count: 1 },
    { value: 50, count: 1 },
  ]);
});

test('one measurement is exact', () => {
  const histogram = {
    buckets: { boundaries: [10], counts: [0, 1] },
    count: 1,
    sum: 123.4,
    min: 123.4,
    max: 123.4,
  };
  expect(explicitValues(histogram)).toEqual([{ value: 123.4, count: 1 }]);
});

test('a datagram is never larger than allowed, whatever the lines; larger lines are counted', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme', maxLength: 80 })), (texts) => {
      const packer = new Packer(100);
      for (const text of texts) packer.add(`n${text.replaceAll('\n', '_')}`);
      const datagrams = packer.take();
      for (const datagram of datagrams) expect(datagram.length).toBeLessThanOrEqual(100);
      const lines = datagrams.flatMap((datagram) => datagram.toString().split('\n'));
      expect(lines.length + packer.oversize).toBe(texts.length);
    }),
  );
});

test('packed values are spread over lines that fit', () => {
  const packer = new Packer(40);
  const values = Array.from({ length: 30 }, (_, index) => index + 0.5);
  packer.addPacked('name', values, '|d|#a:b');
  const lines = packer.take().flatMap((datagram) => datagram.toString().split('\n'));
  expect(lines.every((line) => /^name(:[\d.]+)+\|d\|#a:b$/.test(line) && line.length <= 40)).toBe(true);
  expect(lines.flatMap((line) => line.split('|')[0]?.split(':').slice(1).map(Number))).toEqual(values);
});
