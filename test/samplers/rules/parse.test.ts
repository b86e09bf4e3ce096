import * as fc from 'fast-check';
import { formatRule, parseRules, type Rule } from '../../../samplers/index.ts';

function one(text: string): Rule {
  const { rules, errors } = parseRules(text);
  expect(errors).toEqual([]);
  expect(rules).toHaveLength(1);
  return rules[0] as Rule;
}

describe('rates', () => {
  test.each([
    ['keep', { kind: 'fixed', rate: 1 }],
    ['drop', { kind: 'fixed', rate: 0 }],
    ['0.1', { kind: 'fixed', rate: 0.1 }],
    ['.5', { kind: 'fixed', rate: 0.5 }],
    ['1', { kind: 'fixed', rate: 1 }],
    ['1e-3', { kind: 'fixed', rate: 0.001 }],
    ['100/s', { kind: 'adaptive', target: 100 }],
    ['100/s min=0.01 max=0.5', { kind: 'adaptive', target: 100, min: 0.01, max: 0.5 }],
    ['<=50/s', { kind: 'limit', perSecond: 50 }],
    ['<= 50/s', { kind: 'limit', perSecond: 50 }],
  ])('%s', (text, rate) => {
    expect(one(text)).toEqual({ rate, conditions: [] });
  });
});

describe('conditions', () => {
  test.each([
    ['error', { kind: 'flag', flag: 'error' }],
    ['!error', { kind: 'not', of: { kind: 'flag', flag: 'error' } }],
    ['duration>5s', { kind: 'compare', key: { field: 'duration' }, test: { op: '>', value: 5000 } }],
    [
      'span.duration>=250ms',
      { kind: 'compare', key: { field: 'span.duration' }, test: { op: '>=', value: 250 } },
    ],
    [
      'duration=5s..10s',
      { kind: 'compare', key: { field: 'duration' }, test: { op: 'range', from: 5000, to: 10_000 } },
    ],
    ['tokens>1000', { kind: 'compare', key: { field: 'tokens' }, test: { op: '>', value: 1000 } }],
    ['spans=3', { kind: 'compare', key: { field: 'spans' }, test: { op: 'range', from: 3, to: 3 } }],
    [
      'url.path=/health*|/metrics',
      {
        kind: 'compare',
        key: { attribute: 'url.path' },
        test: { op: 'glob', patterns: ['/health*', '/metrics'] },
      },
    ],
    [
      'k="a b"|"c;d"',
      { kind: 'compare', key: { attribute: 'k' }, test: { op: 'glob', patterns: ['a b', 'c;d'] } },
    ],
    [
      'http.status_code=500..599',
      { kind: 'compare', key: { attribute: 'http.status_code' }, test: { op: 'range', from: 500, to: 599 } },
    ],
    [
      'version="1..2"',
      { kind: 'compare', key: { attribute: 'version' }, test: { op: 'glob', patterns: ['1..2'] } },
    ],
    ['k~^a{2,3}$', { kind: 'compare', key: { attribute: 'k' }, test: { op: 'regex', source: '^a{2,3}$' } }],
    ['k~"a \\d+"', { kind: 'compare', key: { attribute: 'k' }, test: { op: 'regex', source: 'a \\d+' } }],
    ['user.id', { kind: 'compare', key: { attribute: 'user.id' }, test: { op: 'exists' } }],
    ['"error"', { kind: 'compare', key: { attribute: 'error' }, test: { op: 'exists' } }],
    [
      'root.user.tier=gold',
      {
        kind: 'compare',
        key: { attribute: 'user.tier', entry: true },
        test: { op: 'glob', patterns: ['gold'] },
      },
    ],
    [
      'tracestate.acme=a',
      { kind: 'compare', key: { tracestate: 'acme' }, test: { op: 'glob', patterns: ['a'] } },
    ],
    [
      'event=exception',
      { kind: 'compare', key: { field: 'event' }, test: { op: 'glob', patterns: ['exception'] } },
    ],
    [
      '{error name=GET*}',
      {
        kind: 'same',
        all: [
          { kind: 'flag', flag: 'error' },
          { kind: 'compare', key: { field: 'name' }, test: { op: 'glob', patterns: ['GET*'] } },
        ],
      },
    ],
  ])('%s', (text, condition) => {
    expect(one(`keep ${text}`).conditions).toEqual([condition]);
  });
});

test('semicolons and line ends part rules; names and comments are read', () => {
  const { rules, errors } = parseRules('# what we keep\nkeep error # errors; 0.5 llm\n\n  0.1;');
  expect(errors).toEqual([]);
  expect(rules.map(({ name }) => name)).toEqual(['errors', undefined, undefined]);
});

test('text, list and JSON array say the same', () => {
  const expected = parseRules('keep error; 0.1').rules;
  expect(parseRules(['keep error', '0.1']).rules).toEqual(expected);
  expect(parseRules('["keep error", "0.1"]').rules).toEqual(expected);
});

describe('mistakes point at the character', () => {
  test.each([
    ['kep error', 0, '"kep" is not a rate'],
    ['10', 0, '10 is above 1; write 10/s'],
    ['<=5', 2, '"5" is not a number per second'],
    ['0/s', 0, 'not a number per second'],
    ['5/s min=2', 8, 'min is a rate from 0 to 1'],
    ['keep eror', 5, 'did you mean error?'],
    ['keep duration>fast', 14, '"fast" is not a time'],
    ['keep tokens>5s', 12, '"5s" is not a number'],
    ['keep duration', 5, 'duration needs a value'],
    ['keep name>5', 9, 'name is not a number'],
    ['keep kind=sever', 10, 'did you mean server?'],
    ['keep status=200', 12, 'it is one of unset, ok, error'],
    ['keep error=true', 10, 'error takes no value'],
    ['keep k="a', 7, 'the closing quote is missing'],
    ['keep {error', 5, 'the closing brace is missing'],
    ['keep {}', 5, 'the braces are empty'],
    ['keep {duration>5s}', 6, 'duration is a fact of the trace'],
    ['keep {{error}}', 6, 'braces cannot be nested'],
    ['keep !!error', 6, '! cannot be repeated'],
    ['keep k~(', 7, 'the regular expression is not valid'],
    ['keep k=', 7, 'a value is expected'],
    ['0.1; keep eror', 10, 'did you mean error?'],
  ])('%s', (text, offset, reason) => {
    const { errors } = parseRules(text);
    expect(errors).toHaveLength(1);
    expect(errors[0]?.offset).toBe(offset);
    expect(errors[0]?.message).toContain(reason);
  });

  test('a rule with a mistake is left out, the others stand', () => {
    const { rules, errors } = parseRules('keep error\nkeep duration>fast\n0.1');
    expect(rules.map(formatRule)).toEqual(['keep error', '0.1']);
    expect(errors[0]?.message).toContain('line 2, character 15');
    expect(errors[0]?.pointer()).toBe(
      'keep duration>fast\n              ^ "fast" is not a time, such as 5s or 250ms',
    );
  });
});

test.each(['root.x', 'tracestate.y', 'error', 'duration', 'a b', 'k', 'eror'])(
  'an attribute called %s is written so that it is read back',
  (attribute) => {
    for (const test of [{ op: 'exists' }, { op: '>', value: 1 }] as const) {
      const rule: Rule = {
        rate: { kind: 'fixed', rate: 1 },
        conditions: [{ kind: 'compare', key: { attribute }, test }],
      };
      expect(one(formatRule(rule))).toEqual(rule);
    }
  },
);

test('whatever is written parses or is a mistake with a place in the text', () => {
  const token = fc.constantFrom(
    'keep',
    'drop',
    '0.1',
    '5/s',
    'min=0.1',
    '<=',
    '3/s',
    'error',
    '!',
    'llm',
    '{',
    '}',
    'duration',
    '>',
    '=',
    '~',
    '5s',
    '"',
    '|',
    '#',
    ';',
    '\n',
    ' ',
    ' ',
    'name',
    'a.b',
    '*',
    '..',
    '1',
    '\\',
    '[',
    'root.',
    'tracestate.',
  );
  fc.assert(
    fc.property(fc.array(token, { maxLength: 20 }), (tokens) => {
      const text = tokens.join('');
      const { rules, errors } = parseRules(text);
      for (const error of errors) {
        expect(error.offset).toBeGreaterThanOrEqual(0);
        expect(error.offset).toBeLessThanOrEqual(text.length);
      }
      // What was understood is written back and understood the same.
      for (const rule of rules) expect(parseRules(formatRule(rule)).rules).toEqual([rule]);
    }),
    { numRuns: 3000 },
  );
});
