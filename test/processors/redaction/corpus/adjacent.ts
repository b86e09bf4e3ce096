import { PERSONAL } from './personal.ts';
import { DIGITS, Random } from './random.ts';
import { CONTEXT_SECRETS, SECRETS } from './secrets.ts';

/** Telephone numbers, addresses and ids as forms; every 9 becomes some digit. */
const FORMS = [
  '(999) 999-9999',
  '+49 99 999999',
  '099 999999',
  '+1-999-999-9999 x99',
  '999.999.9999',
  '1-999-999-9999',
  '999 999 9999',
  '9999 9999 9999',
  '99.99.99-999.99',
  '10.9.9.99',
  '192.168.9.99:9999',
  '2001:db8::9:99',
  'ac-de-48-99-11-22',
  '999-99-9999',
  '99999999',
  '0099 999 999999',
  'AB 99 99 99 C',
  '99',
];
const WORDS =
  'phone number call tel: fax card credit SSN password token secret: visa passport user: --user Bearer id # + [ ] ****'.split(
    ' ',
  );
const BETWEEN = ['', ' ', ' ', ', ', '-', '/', ': ', '\n', '.', '='];

/** Secrets, personal data and words side by side, so that one may run on in the next. */
export function adjacentTexts(count: number): string[] {
  const random = new Random(11);
  const makers = [PERSONAL, CONTEXT_SECRETS, SECRETS].flatMap((kinds) => Object.values(kinds));
  const piece = (): string => {
    if (random.below(2) === 0) return random.pick(WORDS);
    if (random.below(3) === 0) return random.pick(makers)(random);
    return random.pick(FORMS).replace(/9/g, () => random.of(DIGITS, 1));
  };
  return Array.from({ length: count }, () =>
    Array.from({ length: 1 + random.below(7) }, () => piece() + random.pick(BETWEEN)).join(''),
  );
}
