import fc from 'fast-check';
import { formatRate, keepsTrace, rateOf } from '../../samplers/agent-rates.ts';

const hex = fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 32, maxLength: 32 });

test('the decision is the one of dd-trace', () => {
  const Sampler = require('dd-trace/packages/dd-trace/src/sampler.js');
  fc.assert(
    fc.property(hex, fc.double({ min: 0, max: 1, noNaN: true }), (traceId, rate) => {
      const context = { _traceId: { toBigInt: () => BigInt(`0x${traceId.slice(16)}`) } };
      expect(keepsTrace(traceId, rate)).toBe(new Sampler(rate).isSampled(context));
    }),
    { numRuns: 2_000 },
  );
});

test.each([
  [1, true],
  [0, false],
  [Number.NaN, false],
  [-1, false],
  [2, true],
])('rate %p keeps: %p', (rate, keeps) => {
  expect(keepsTrace('0'.repeat(31).concat('1'), rate)).toBe(keeps);
});

test('a service has its own rate, else the default one, else none', () => {
  const rates = { 'service:a,env:b': 0.1, 'service:,env:': 0.2 };
  expect([rateOf(rates, 'a', 'b'), rateOf(rates, 'a', 'c'), rateOf({}, 'a', 'b')]).toEqual([
    0.1,
    0.2,
    undefined,
  ]);
});

test.each([
  [1, '1'],
  [0.5, '0.5'],
  [1 / 3, '0.333333'],
  [0.000_000_1, '0'],
])('rate %p is written %s', (rate, text) => {
  expect(formatRate(rate)).toBe(text);
});
