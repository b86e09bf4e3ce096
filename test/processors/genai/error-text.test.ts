import { errorText } from '../../../processors/genai/content/error-text.ts';

const off = (message?: string) => ({ mode: 'off' as const, message, length: 5 });

test.each<[form: 'message' | 'stack' | 'chain', value: unknown, message: string | undefined, rest: unknown]>([
  ['message', 'secret', 'secret', undefined],
  ['chain', ['A: secret', 'B: secret'], undefined, ['A', 'B']],
  ['stack', 'TypeError: secret\n    at f (a.js:1:1)', 'secret', 'TypeError\n    at f (a.js:1:1)'],
  [
    'stack',
    'E: secret\n    at secret\n    at f (a.js:1:1)',
    'secret\n    at secret',
    'E\n    at f (a.js:1:1)',
  ],
  ['stack', 'E: two\nlines of a secret\n    at f (a.js:1:1)', undefined, 'E\n    at f (a.js:1:1)'],
])('of a %s %j nothing is left but class and frames', (form, value, message, rest) => {
  expect(errorText(form, value, off(message))).toEqual(rest);
});
