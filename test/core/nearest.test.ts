import { nearest } from '../../src/core/index.ts';

const KNOWN = ['otlp', 'console', 'prometheus', 'none'];

test.each([
  ['otpl', 'otlp'],
  ['OTLP', 'otlp'],
  ['otl', 'otlp'],
  ['consoel', 'console'],
  ['promethius', 'prometheus'],
  ['promtheuss', 'prometheus'],
  ['jaeger', undefined],
  ['xx', undefined],
  ['', undefined],
])('"%s" is meant to be %s', (word, meant) => {
  expect(nearest(word, KNOWN)).toBe(meant);
});

test('the number of edits can be limited', () => {
  expect(nearest('abcdefghi', ['abcdefgxx'], 2)).toBe('abcdefgxx');
  expect(nearest('abcdefghi', ['abcdefgxx'], 1)).toBeUndefined();
});

test('of several the nearest is taken, of equals the first', () => {
  expect(nearest('abcdefg', ['abcdeyy', 'abcdefx', 'abcdefy'])).toBe('abcdefx');
});
