import { fitJson } from '../../src/core/index.ts';

const message = (content: string) => [{ role: 'user', parts: [{ type: 'text', content }] }];

describe('fitJson', () => {
  test('leaves alone what fits', () => expect(fitJson({ a: 'b' }, 9)).toBe('{"a":"b"}'));

  test.each([
    ['plain', 'x'.repeat(26_000), undefined],
    ['that needs escapes', '"\\\n'.repeat(20_000), undefined],
    ['of pairs', '😀'.repeat(20_000), Buffer.byteLength],
    ['of three bytes each', '語'.repeat(24_000), Buffer.byteLength],
  ])('cuts a text %s to nearly all that fits', (_what, content, sizeOf) => {
    const text = fitJson(message(content), 25_000, sizeOf);
    const size = sizeOf ? sizeOf(text) : text.length;
    expect(size).toBeLessThanOrEqual(25_000);
    expect(size).toBeGreaterThan(20_000);
    const [{ parts }] = JSON.parse(text);
    expect(parts[0].content.isWellFormed()).toBe(true);
  });

  test('keeps the first and last of many entries', () => {
    const list = Array.from({ length: 5_000 }, (_, index) => ({ index, text: `entry ${index}` }));
    const kept = JSON.parse(fitJson(list, 2_000));
    expect([kept[0].index, kept.at(-1).index]).toEqual([0, 4_999]);
  });
});
