import { trace } from '@opentelemetry/api';
import { approximately, createTestBox, type SpanAssertions, type TestBox } from '../../src/testing/index.ts';

let box: TestBox;
beforeEach(() => {
  box = createTestBox();
  const tracer = trace.getTracer('t');
  tracer.startActiveSpan('parent', { startTime: 1000 }, (parent) => {
    const child = tracer.startSpan('child', {
      startTime: 1010,
      attributes: { n: 1.0000001, s: 'text', list: ['a', 'b'] },
    });
    child.addEvent('seen', { what: 'it' });
    child.setStatus({ code: 2, message: 'went wrong' });
    child.end(1060);
    parent.end(1100);
  });
});
afterEach(() => box.dispose());

const child = () => box.assertSpans().named('child');

test('what holds passes', () => {
  box.assertSpans().hasCount(2).isComplete().hasNamesInOrder('parent', 'child').inTraceOf().hasCount(2);
  box.assertSpans().named('nobody').doesNotExist();
  box.assertSpans().named('parent').isRoot().hasNoAttribute('n');
  child()
    .exists()
    .hasParent('parent')
    .hasParent(box.spans()[0] as never)
    .hasStatus('ERROR', /wrong/)
    .hasEvent('seen', { what: 'it' });
  child()
    .hasDurationBetween(50, 50)
    .hasAttributes({ n: approximately(1), s: /^te/, list: ['a', 'b'] })
    .hasAttribute('n', (n: unknown) => n === 1.0000001);
});

test.each<[string, (all: SpanAssertions) => unknown, RegExp]>([
  ['a count', (all) => all.hasCount(3), /Expected 3 spans\nActual: {2}2/],
  ['existence', (all) => all.named('x').exists(), /spans named 'x' to exist/],
  ['absence', (all) => all.doesNotExist(), /Expected no spans/],
  [
    'order',
    (all) => all.hasNamesInOrder('child', 'parent'),
    /names in order of start \[ 'child', 'parent' \]\nActual: {2}\[ 'parent', 'child' \]/,
  ],
  [
    'an attribute',
    (all) => all.named('child').hasAttribute('s', 'other'),
    /child: s = 'other'\nActual: {2}'text'/,
  ],
  ['a missing attribute', (all) => all.hasAttribute('n'), /parent: n = any value\nActual: {2}undefined/],
  ['an approximate number', (all) => all.named('child').hasAttribute('n', approximately(2, 0.5)), /2 ± 0.5/],
  ['an attribute too many', (all) => all.hasNoAttribute('s'), /child: no s/],
  ['a status', (all) => all.hasStatus('OK'), /status OK\nActual: {2}UNSET/],
  [
    'a status message',
    (all) => all.named('child').hasStatus('ERROR', 'fine'),
    /status message 'fine'\nActual: {2}'went wrong'/,
  ],
  ['an event', (all) => all.named('child').hasEvent('seen', { what: 'that' }), /event seen/],
  ['a parent', (all) => all.named('parent').hasParent('child'), /parent: parent child/],
  ['an ambiguous parent', (all) => all.hasParent('nobody'), /one span named nobody to be the parent/],
  ['a root', (all) => all.isRoot(), /child: no parent/],
  [
    'a duration',
    (all) => all.named('child').hasDurationBetween(0, 10),
    /duration from 0 to 10 ms\nActual: {2}50 ms/,
  ],
])('what does not hold fails with %s and the tree', (_what, assert, message) => {
  expect(() => assert(box.assertSpans())).toThrow(message);
  expect(() => assert(box.assertSpans())).toThrow(/parent 100\.0 ms\n {2}child 50\.0 ms ERROR went wrong/);
});

test('a trace with a missing parent is not complete', () => {
  box.reset();
  const tracer = trace.getTracer('t');
  tracer.startActiveSpan('never ended', () => tracer.startSpan('orphan').end());
  expect(() => box.assertSpans().isComplete()).toThrow(
    /its parent \w+ to be there[\s\S]*orphan .*\(parent not here\)/,
  );
});
