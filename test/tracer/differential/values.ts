import type { SeededRandom } from '../../../src/testing/index.ts';

const circular: Record<string, unknown> = { name: 'circle' };
circular.self = circular;
const circularList: unknown[] = [1];
circularList.push(circularList);

class Money {
  constructor(readonly amount: number) {}
}

// A hole in the middle.
const sparse: unknown[] = ['a'];
sparse[2] = 'c';

const LONG = 'a long text, cut by most limits 🚦 '.repeat(4);

/** Every type a JavaScript value can have, valid as an attribute or not. */
export const VALUES: readonly [unknown, ...unknown[]] = [
  'text',
  '',
  LONG,
  '🚦🚦🚦',
  'ab\ud83d',
  0,
  -0,
  42,
  1.5,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  2 ** 60,
  true,
  false,
  null,
  undefined,
  10n,
  Symbol('s'),
  () => 'f',
  new Date(0),
  /x/,
  new Map([['a', 1]]),
  new Set([1]),
  new Money(3),
  Object.create(null, { bare: { value: 'b', enumerable: true } }),
  new Uint8Array([1, 2, 3, 4]),
  Buffer.from('bytes'),
  new Float64Array([1, 2]),
  [],
  ['a', 'b'],
  [LONG, 'short'],
  [1, 2, 3],
  [true, false],
  ['a', 1, true],
  ['a', null, undefined],
  [null, 'a'],
  [Symbol('t')],
  sparse,
  [['nested'], [1]],
  [{ in: 'a list' }],
  {},
  { a: { b: { c: LONG } } },
  { a: undefined, b: null, c: [1, undefined] },
  { bad: () => 1 },
  circular,
  circularList,
];

/** The plain ones, which most attributes are. */
const PLAIN: readonly [unknown, ...unknown[]] = ['GET', '/users/:id', 200, 0.25, true, false, 'x'];

const KEYS: readonly [string, ...string[]] = [
  'http.method',
  'http.route',
  'a',
  'b',
  'c',
  'key.1',
  'key.2',
  'key.3',
  '0',
  '10',
  '',
  '__proto__',
  'constructor',
  'toString',
  'ключ',
];

/** One value, plain more often than not. */
export function anyValue(random: SeededRandom): unknown {
  return random.next() < 0.6 ? random.pick(PLAIN) : random.pick(VALUES);
}

export function anyKey(random: SeededRandom): string {
  return random.pick(KEYS);
}

/** Attributes as applications give them: mostly right, sometimes odd. */
export function anyAttributes(random: SeededRandom): Record<string, unknown> | undefined {
  if (random.next() < 0.1) return random.pick([undefined, null, 'none', 3, []]) as undefined;
  const plain = random.next() < 0.5;
  const entries = Array.from({ length: random.between(0, 6) }, () =>
    plain ? [random.pick(['a', 'b', 'c', 'd']), random.pick(PLAIN)] : [anyKey(random), anyValue(random)],
  );
  const attributes = fromEntries(entries as [string, unknown][]);
  const kind = random.next();
  if (kind < 0.05) return Object.assign(Object.create({ inherited: 'x' }), attributes);
  if (kind < 0.1) return Object.freeze(attributes);
  return attributes;
}

/** `__proto__` becomes a property like any other, as it does with JSON.parse. */
function fromEntries(entries: readonly [string, unknown][]): Record<string, unknown> {
  return Object.fromEntries(entries);
}
