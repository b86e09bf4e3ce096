import { DecisionCache } from '../../../processors/tail-sampling/decision-cache.ts';

const verdict = (rule: string) => ({ keep: true, final: true, rule });

test('the oldest go first; a decision that is renewed is young again', () => {
  const cache = new DecisionCache(2);
  cache.set('a', verdict('1'));
  cache.set('b', verdict('1'));
  cache.set('a', verdict('2'));
  cache.set('c', verdict('1'));

  expect(cache.get('a')?.rule).toBe('2');
  expect(cache.get('b')).toBeUndefined();
  expect(cache.get('c')?.rule).toBe('1');
});

test('the bound holds and the youngest stay, over many rounds', () => {
  const cache = new DecisionCache(50);
  for (let at = 0; at < 5000; at++) {
    cache.set(`${at}`, verdict('1'));
    if (at % 3 === 0) cache.set(`${at}`, verdict('2'));
  }

  for (let at = 0; at < 4950; at++) expect(cache.get(`${at}`)).toBeUndefined();
  for (let at = 4950; at < 5000; at++) expect(cache.get(`${at}`)).toBeDefined();
});

test('a capacity of zero remembers nothing', () => {
  const cache = new DecisionCache(0);
  cache.set('a', verdict('1'));
  expect(cache.get('a')).toBeUndefined();
});
