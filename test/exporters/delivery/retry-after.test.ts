import { retryAfter } from '../../../exporters/delivery/retry-after.ts';

const NOW = Date.UTC(2026, 0, 1, 12, 0, 0);
const at = (ms: number) => new Date(NOW + ms).toUTCString();

test.each<[what: string, headers: Record<string, string>, expected: number | undefined]>([
  ['nothing', {}, undefined],
  ['seconds', { 'retry-after': '30' }, 30_000],
  ['none', { 'retry-after': '0' }, 0],
  ['a great many', { 'retry-after': '1000000000' }, 1e12],
  ['a date', { 'retry-after': at(5_000) }, 5_000],
  ['a date in the past', { 'retry-after': at(-5_000) }, 0],
  ['garbage', { 'retry-after': 'soon, perhaps' }, undefined],
  ['a date on a clock an hour ahead of ours', { 'retry-after': at(3_605_000), date: at(3_600_000) }, 5_000],
  ['a date on a clock behind ours', { 'retry-after': at(-3_595_000), date: at(-3_600_000) }, 5_000],
  ['a date and no readable clock', { 'retry-after': at(5_000), date: 'today' }, 5_000],
])('%s', (_what, headers, expected) => {
  expect(retryAfter(headers, NOW)).toBe(expected);
});
