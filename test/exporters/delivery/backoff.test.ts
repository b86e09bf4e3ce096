import { DELIVERY_DEFAULTS, retryDelay } from '../../../exporters/index.ts';

const at = (failures: number, after: number | undefined, random: number) =>
  retryDelay(failures, after, DELIVERY_DEFAULTS, () => random);

test.each([
  [1, 1_000],
  [2, 2_000],
  [5, 16_000],
  [6, 30_000],
  [1_000, 30_000],
])('after %d failures it is anything up to %d ms', (failures, most) => {
  expect(at(failures, undefined, 1)).toBe(most);
  expect(at(failures, undefined, 0)).toBe(0);
});

test.each<[what: string, after: number, delay: number]>([
  ['30 s', 30_000, 30_000],
  ['0', 0, 500],
  ['less than our own', 100, 500],
  ['a negative time', -5, 500],
  ['no number', Number.NaN, 500],
  ['30 years', 1e12, 600_000],
  ['for ever', Number.POSITIVE_INFINITY, 600_000],
])('a server that asks for %s', (_what, after, delay) => {
  expect(at(1, after, 0.5)).toBe(delay);
});
