import { type Context, createContextKey, ROOT_CONTEXT } from '@opentelemetry/api';
import fc from 'fast-check';
import { SmallContext } from '../../src/core/index.ts';

const KEYS = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => createContextKey(`small-context ${name}`));
const step = fc.record({
  key: fc.constantFrom(...KEYS),
  value: fc.option(fc.integer(), { nil: undefined }),
  remove: fc.boolean(),
});

const apply = (
  context: Context,
  { key, value, remove }: typeof step extends fc.Arbitrary<infer T> ? T : never,
) => (remove ? context.deleteValue(key) : context.setValue(key, value));
const valuesOf = (context: Context) => KEYS.map((key) => context.getValue(key));

test('it holds the same values as a Context of the API, and what it came from stays as it was', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 4 }), fc.array(step, { maxLength: 20 }), (below, above) => {
      const base = below.reduce(apply, ROOT_CONTEXT);
      let small = SmallContext.over(base);
      let expected = base;
      for (const each of above) {
        const before = small;
        const values = valuesOf(before);
        small = apply(small, each);
        expected = apply(expected, each);
        expect(valuesOf(small)).toEqual(valuesOf(expected));
        expect(valuesOf(before)).toEqual(values);
      }
    }),
  );
});

test('one on top of another is the other', () => {
  const small = SmallContext.over(ROOT_CONTEXT);
  expect(SmallContext.over(small)).toBe(small);
});
