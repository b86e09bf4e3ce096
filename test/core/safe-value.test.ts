import { CUT_MARK, safeText, safeValue, truncateText } from '../../src/core/index.ts';

class Money {
  constructor(readonly amount: number) {}
}

function circular(): object {
  const value: Record<string, unknown> = { a: 1 };
  value.self = value;
  return value;
}

function deep(levels: number): object {
  let value: object = {};
  for (let level = 0; level < levels; level++) value = { value };
  return value;
}

function sharedTwice(levels: number): object {
  let value: object = { leaf: 1 };
  for (let level = 0; level < levels; level++) value = { left: value, right: value };
  return value;
}

const throwing = () => {
  throw new Error('never run');
};

const REVOKED = Proxy.revocable({}, {});
REVOKED.revoke();

describe('safeValue', () => {
  it.each<[string, unknown, unknown]>([
    ['text', 'hello', 'hello'],
    ['a BigInt', 12345678901234567890n, '12345678901234567890'],
    ['NaN', Number.NaN, null],
    ['infinity', -Infinity, null],
    ['undefined', undefined, null],
    ['a symbol', Symbol('s'), 'Symbol(s)'],
    ['a function', throwing, '[Function]'],
    ['a date', new Date(0), '1970-01-01T00:00:00.000Z'],
    ['an invalid date', new Date(Number.NaN), '[Invalid Date]'],
    ['a URL', new URL('https://example.com/a'), 'https://example.com/a'],
    [
      'a map',
      new Map<unknown, unknown>([
        ['a', 1],
        [{ k: 1 }, 2],
      ]),
      { a: 1, '{"k":1}': 2 },
    ],
    ['a set', new Set([1, 'b']), [1, 'b']],
    ['a class', new Money(3), { amount: 3 }],
    ['bytes', Buffer.from('ab'), new Uint8Array([97, 98])],
    ['other numbers arrays', new Float64Array(4), '[bytes 32]'],
    ['a cycle', circular(), { a: 1, self: '[Circular]' }],
    [
      'a throwing getter',
      Object.defineProperty({}, 'x', { get: throwing, enumerable: true }),
      { x: '[Getter]' },
    ],
    ['a throwing toJSON', { toJSON: throwing, a: 1 }, { toJSON: '[Function]', a: 1 }],
    ['a throwing proxy', { p: new Proxy({}, { ownKeys: throwing, get: throwing }) }, { p: '[Proxy]' }],
    ['a revoked proxy', REVOKED.proxy, '[Proxy]'],
    ['a sparse list', Object.assign(new Array<number>(3), { 0: 1, 2: 3 }), [1, null, 3]],
    ['boxed text', Object('x'), 'x'],
    ['a promise', Promise.resolve(1), '[Promise]'],
    ['a null prototype', Object.assign(Object.create(null), { a: 1 }), { a: 1 }],
  ])('represents %s', (_name, input, expected) => {
    expect(safeValue(input)).toEqual(expected);
  });

  it('keeps a key called __proto__ as data', () => {
    const result = safeValue(JSON.parse('{"__proto__": {"admin": true}}')) as object;
    expect(Object.keys(result)).toEqual(['__proto__']);
    expect(Reflect.get({}, 'admin')).toBeUndefined();
    expect(Object.getPrototypeOf(result)).toBe(Object.prototype);
  });

  it('describes an error with its causes', () => {
    const error = new TypeError('outer', { cause: new RangeError('inner') });
    expect(safeValue(error)).toMatchObject({
      type: 'TypeError',
      message: 'outer',
      cause: { type: 'RangeError', message: 'inner' },
    });
  });

  it.each<[string, unknown]>([
    ['20,000 levels', deep(20_000)],
    ['a shared tree of 2^24 leaves', sharedTwice(24)],
    ['200,000 items', Array.from({ length: 200_000 }, (_, index) => index)],
    ['200,000 keys', Object.fromEntries(Array.from({ length: 200_000 }, (_, index) => [`k${index}`, index]))],
    ['50 MB of text', 'x'.repeat(50_000_000)],
    ['a large set', new Set(Array.from({ length: 100_000 }, (_, index) => index))],
    ['a list that lies about its length', Object.assign([], { length: 4_294_967_295 })],
  ])('bounds %s', (_name, input) => {
    expect(JSON.stringify(safeValue(input)).length).toBeLessThan(100_000);
  });

  it('never shares an object with the input', () => {
    const input = { nested: { list: [1] } };
    const result = safeValue(input) as typeof input;
    input.nested.list.push(2);
    expect(result.nested.list).toEqual([1]);
  });

  it('obeys the limits it is given', () => {
    expect(safeValue({ a: { b: { c: 1 } } }, { depth: 2 })).toEqual({ a: { b: '[Object]' } });
    expect(safeValue([1, 2, 3, 4], { entries: 2 })).toEqual([1, 2, '[2 more]']);
    expect(safeValue('abcdef', { length: 3 })).toBe('abc');
  });
});

describe('truncateText', () => {
  it('leaves a short text alone', () => expect(truncateText('abc', 3)).toBe('abc'));

  it('never splits a pair and shows that it cut', () => {
    const cut = truncateText('😀'.repeat(100), 51);
    expect(cut.isWellFormed()).toBe(true);
    expect(cut.length).toBeLessThanOrEqual(51);
    expect(cut.endsWith(CUT_MARK)).toBe(true);
  });

  it('repairs lone surrogates', () => expect(truncateText('a\ud83d', 10)).toBe('a\ufffd'));
});

describe('safeText', () => {
  it('is one line of JSON for objects and the text itself for text', () => {
    expect(safeText({ a: [1n] })).toBe('{"a":["1"]}');
    expect(safeText('plain')).toBe('plain');
  });
});
