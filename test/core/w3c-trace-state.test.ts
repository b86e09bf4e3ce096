import { createTraceState } from '@opentelemetry/api';
import fc from 'fast-check';
import { PropagationState, W3CTraceState } from '../../src/core/index.ts';

const many = (count: number): string => Array.from({ length: count }, (_, at) => `k${at}=${at}`).join(',');

test.each([
  ['foo=1,bar=2', 'foo=1,bar=2'],
  ['', ''],
  [' , ,', ''],
  ['foo=1 \t , \t bar=2,\tbaz=3 ', 'foo=1,bar=2,baz=3'],
  [',foo=1,,bar=2,', 'foo=1,bar=2'],
  ['foo=a b c', 'foo=a b c'],
  ['1a=x,b/c=y,d@e@f=z', '1a=x,b/c=y,d@e@f=z'],
  [`${'z'.repeat(256)}=1`, `${'z'.repeat(256)}=1`],
  [`foo=${'v'.repeat(256)}`, `foo=${'v'.repeat(256)}`],
  [many(32), many(32)],
])('%j is kept as %j', (header, text) => {
  const traceState = W3CTraceState.parse(header);
  expect(traceState.serialize()).toBe(text);
  expect(traceState.size).toBe(text === '' ? 0 : text.split(',').length);
});

test.each([
  'foo =1,bar=2',
  'FOO=1,bar=2',
  'foo.bar=1',
  '@foo=1,bar=2',
  'foo=,bar=2',
  'foo,bar=2',
  'foo=a=b,bar=2',
  'foo=a\tb,bar=2',
  'foo=é',
  'foo=\u007f',
  '=1',
  `${'z'.repeat(257)}=1,bar=2`,
  `foo=${'v'.repeat(257)},bar=2`,
  many(33),
  `${many(32)},dd=s:1`,
])('%j is void as a whole', (header) => {
  expect(W3CTraceState.parse(header).serialize()).toBe('');
});

test('the first dd member is taken out, also of a list that is void', () => {
  const good = W3CTraceState.parse('a=1,dd=s:2;o:rum , b=2,dd=s:0');
  expect([good.datadog, good.serialize(), good.size]).toEqual(['s:2;o:rum', 'a=1,b=2', 2]);
  const bad = W3CTraceState.parse('A=1,dd=s:2');
  expect([bad.datadog, bad.serialize()]).toEqual(['s:2', '']);
});

test('set puts a member left-most and evicts the right-most of more than 32', () => {
  const full = W3CTraceState.parse(many(32)).set('new', 'x');
  expect(full.size).toBe(32);
  expect(full.serialize()).toMatch(/^new=x,k0=0,.*k30=30$/);
  expect(full.set('k5', 'y').serialize()).toMatch(/^k5=y,new=x,k0=0/);
  expect(full.get('k5')).toBe('5');
  expect(full.unset('new').get('new')).toBeUndefined();
  expect(full.unset('nope')).toBe(full);
});

test.each([
  ['', 'x'],
  ['A', 'x'],
  ['a', ''],
  ['a', 'b,c=d'],
  ['a=b', 'c'],
  ['a', 'x '],
  ['a', 'x\r\nEvil: 1'],
  ['dd', 's:2'],
])('set(%j, %j) changes nothing', (key, value) => {
  const traceState = W3CTraceState.parse('a=1');
  expect(traceState.set(key, value)).toBe(traceState);
});

test('the record stays with every object derived from it', () => {
  const state = new PropagationState('1'.repeat(32));
  const traceState = W3CTraceState.parse('a=1,b=2').withState(state).set('c', '3').unset('a');
  expect(traceState.state).toBe(state);
  expect(traceState.serialize()).toBe('c=3,b=2');
});

test('any other trace state is taken over, and checked', () => {
  expect(W3CTraceState.from(createTraceState('a=1,b=2')).serialize()).toBe('a=1,b=2');
  expect(W3CTraceState.from(undefined)).toBe(W3CTraceState.EMPTY);
});

test('the short way of reading a plain header finds the same as the long one', () => {
  const word = fc.string({ unit: fc.constantFrom(...'abd019_-*/@=,; :~A\t"'), maxLength: 6 });
  const member = fc.oneof(
    fc.constantFrom('dd=s:1', 'dd=', 'a=1', 'ot=th:8;rv:1', 'a1@x=/ y', 'dda=1'),
    fc.tuple(word, word).map(([key, value]) => `${key}=${value}`),
  );
  const header = fc.array(member, { maxLength: 34 }).map((members) => members.join(','));
  const seen = (state: W3CTraceState) => [state.serialize(), state.size, state.datadog, state.members()];
  fc.assert(
    fc.property(header, (text) => {
      // A tab at the end makes it anything but plain, and means nothing.
      expect(seen(W3CTraceState.parse(text))).toEqual(seen(W3CTraceState.parse(`${text}\t`)));
    }),
    { numRuns: 2000 },
  );
});

test('a member that is written when it is read is like any other', () => {
  const write = jest.fn(() => 'ot=th:8');
  const record = new PropagationState('0af7651916cd43dd8448eb211c80319c');
  const traceState = W3CTraceState.lazy({ write }, record);
  expect([traceState.size, traceState.state]).toEqual([1, record]);
  const other = traceState.withState(undefined);
  expect(write).not.toHaveBeenCalled();

  expect(traceState.serialize()).toBe('ot=th:8');
  expect(traceState.get('ot')).toBe('th:8');
  expect(write).toHaveBeenCalledTimes(1);
  expect(traceState.set('a', '1').serialize()).toBe('a=1,ot=th:8');
  expect(traceState.unset('ot').serialize()).toBe('');
  expect(other.members()).toEqual(['ot=th:8']);
});
