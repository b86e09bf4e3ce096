import { defineComponent, isComponent } from '../../src/core/index.ts';

const stamp = defineComponent({
  kind: 'processor',
  name: 'stamp',
  stability: 'beta',
  doc: 'Stamps.',
  variables: [],
  fromEnv: () => ({ colour: 'red' }),
  create: () => ({}),
});

test('a component is recognised, also one from another copy of the package', () => {
  expect(isComponent(stamp)).toBe(true);
  const foreign = Object.defineProperty({ ...stamp }, Symbol.for('signalbox.component'), { value: true });
  expect(isComponent(foreign)).toBe(true);
});

test.each([[undefined], [null], ['stamp'], [{ ...stamp }], [() => stamp]])('%p is none', (value) => {
  expect(isComponent(value)).toBe(false);
});

test('a component cannot be changed any more', () => {
  expect(Object.isFrozen(stamp)).toBe(true);
});
