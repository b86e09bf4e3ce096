import fc from 'fast-check';
import { fromDecimalId, highTraceId, isHexId, toDecimalId } from '../../src/core/index.ts';

const uint64 = fc.bigInt({ min: 0n, max: 0xffff_ffff_ffff_ffffn });
const toHex = (value: bigint): string => value.toString(16).padStart(16, '0');

test('decimal and hex are the same number, both ways', () => {
  fc.assert(
    fc.property(uint64, (value) => {
      expect(toDecimalId(toHex(value))).toBe(String(value));
      expect(fromDecimalId(String(value))).toBe(toHex(value));
    }),
  );
});

test('the decimal of a 128-bit id is that of its low half', () => {
  fc.assert(
    fc.property(uint64, uint64, (high, low) => {
      expect(toDecimalId(toHex(high) + toHex(low))).toBe(String(low));
    }),
  );
});

test('a negative number is two’s complement', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 1n, max: 0x8000_0000_0000_0000n }), (value) => {
      expect(fromDecimalId(`-${value}`)).toBe(toHex(BigInt.asUintN(64, -value)));
    }),
  );
});

test.each([
  ['-123', 'ffffffffffffff85'],
  [' 42\t', '000000000000002a'],
  ['7, 8', '0000000000000007'],
  ['0000000000000000000000000001', '0000000000000001'],
  ['18446744073709551615', 'ffffffffffffffff'],
])('%j is read as %s', (decimal, hex) => {
  expect(fromDecimalId(decimal)).toBe(hex);
});

test.each([
  '',
  ' ',
  '-',
  '18446744073709551616',
  '-9223372036854775809',
  '7b',
  '0x7b',
  '1.5',
  '1e3',
  '12 34',
  ',1',
  '١',
])('%j is no id', (decimal) => {
  expect(fromDecimalId(decimal)).toBeUndefined();
});

test.each([
  ['640cfd8d00000000abcdefab12345678', '640cfd8d00000000'],
  ['0000000000000000abcdefab12345678', undefined],
])('the high half of %s is %s', (traceId, high) => {
  expect(highTraceId(traceId)).toBe(high);
});

test.each([
  ['0123456789abcdef', true],
  ['0000000000000000', false],
  ['0123456789abcdeF', false],
  ['0123456789abcde', false],
  ['0123456789abcd\u0130f', false],
])('isHexId(%j) is %s', (text, valid) => {
  expect(isHexId(text, 0, 16)).toBe(valid);
});
