import { createRedactor } from '../../../processors/redaction/index.ts';
import { DIGITS, Random, UPPER } from './corpus/random.ts';

const redactor = createRedactor({ kinds: { national_id: true, ssn: false, card: false } });
const finds = (id: string): boolean => redactor.redactText(`id ${id}.`) === 'id [NATIONAL_ID_REDACTED].';

/** How an id looks (`#` is a digit, `@` the check characters), what they can be, and how many are right. */
const FORMS: readonly (readonly [
  name: string,
  form: string,
  checks: readonly string[],
  right: readonly number[],
])[] = [
  ['PESEL', '850515####@', [...DIGITS], [1]],
  ['NIR', '1 85 05 78 ### ### @', hundred(), [1]],
  ['Belgian number', '85.07.30-###.@', hundred(), [1, 2]],
  ['DNI', '########@', [...UPPER], [1]],
  ['NIE', 'Y#######@', [...UPPER], [1]],
  ['codice fiscale', 'RSSMRA85T10A###@', [...UPPER], [1]],
  ['HETU', '131052-###@', [...DIGITS, ...UPPER], [1]],
  ['personnummer', '811218-###@', [...DIGITS], [1]],
  ['NRIC', 'T#######@', [...UPPER], [1]],
  ['FIN', 'F#######@', [...UPPER], [1]],
  ['resident identity number', '11010519491231###@', [...DIGITS, 'X'], [1]],
];

function hundred(): string[] {
  return Array.from({ length: 100 }, (_, index) => String(index).padStart(2, '0'));
}

describe('national identity numbers', () => {
  it.each([
    ['PESEL', '44051401359'],
    ['NIR', '2 55 08 14 168 025 38'],
    ['NIR without blanks', '255081416802538'],
    ['Belgian number', '85.07.30-033.28'],
    ['DNI', '12345678Z'],
    ['NIE', 'X1234567L'],
    ['codice fiscale', 'RSSMRA85T10A562S'],
    ['HETU', '131052-308T'],
    ['personnummer', '811218-9876'],
    ['NRIC', 'S1234567D'],
    ['tax file number', '123 456 782'],
    ['resident identity number', '11010519491231002X'],
  ])('hide the example of a %s', (_name, id) => expect(finds(id)).toBe(true));

  it.each(FORMS)('hide a %s with the right check characters and no other', (_name, form, checks, right) => {
    const random = new Random(31);
    for (let round = 0; round < 30; round++) {
      const body = form.replaceAll('#', () => random.of(DIGITS, 1));
      const found = checks.filter((check) => finds(body.replace('@', check)));
      expect(right).toContain(found.length);
    }
  });

  it('are left alone unless switched on, and inside of longer words', () => {
    expect(createRedactor().redactText('id 12345678Z')).toBe('id 12345678Z');
    expect(redactor.redactText('id 12345678ZZ a12345678Z 9-12345678Z')).toBe(
      'id 12345678ZZ a12345678Z 9-12345678Z',
    );
  });
});
