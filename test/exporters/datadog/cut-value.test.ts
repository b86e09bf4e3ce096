import { cutValue } from '../../../exporters/datadog/map/cut-value.ts';

const LIMIT = 25_000;

describe('a long tag', () => {
  test('of text is cut at 25 000 characters and marked', () => {
    expect(cutValue('x'.repeat(LIMIT + 1))).toBe(`${'x'.repeat(LIMIT)}...`);
    expect(cutValue('x'.repeat(LIMIT))).toHaveLength(LIMIT);
  });

  test.each([
    ['an array', [{ role: 'user', parts: [{ type: 'text', content: 'x'.repeat(60_000) }] }]],
    ['an object', { city: '語'.repeat(20_000) }],
    ['many short entries', Array.from({ length: 9_000 }, () => 'entry')],
    ['an object of many keys', Object.fromEntries(Array.from({ length: 9_000 }, (_, key) => [key, 'entry']))],
  ])('with JSON, %s, is JSON of at most 25 000 bytes', (_what, value) => {
    const text = cutValue(JSON.stringify(value));
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(LIMIT);
    expect(() => JSON.parse(text) as unknown).not.toThrow();
  });

  test('that only looks like JSON is text', () => {
    expect(cutValue(`[${'x'.repeat(LIMIT)}`)).toBe(`[${'x'.repeat(LIMIT - 1)}...`);
  });

  test('with JSON that fits is not touched', () => {
    const text = JSON.stringify(['x'.repeat(24_000)]);
    expect(cutValue(text)).toBe(text);
  });
});
