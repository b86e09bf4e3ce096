import { DIGITS, isJoined, runEnd } from '../chars.ts';
import { type Match, match } from '../match.ts';
import { isCpf, luhn, mod11, verhoeff, weighted } from './check-digits.ts';

/** So long is the longest form. */
const LONGEST = 24;
const MONTH_AND_DAY = '(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\\d|3[01])';

/** A number in its written form, and whether its check characters are right. */
type Row = readonly [
  name: string,
  /** With how many digits it begins: every word of a text is tried, and only the forms that fit. */
  digits: readonly number[],
  form: RegExp,
  check: (written: string) => boolean,
];

/**
 * Numbers with check digits or letters, in their written form. Source: the rules that the issuing
 * authorities publish.
 */
const NATIONAL: readonly Row[] = [
  ['nhs', [3], /^\d{3} \d{3} \d{4}(?!\d)/, (id) => mod11(digitsOf(id), [10, 9, 8, 7, 6, 5, 4, 3, 2])],
  ['cpf', [3], /^\d{3}\.\d{3}\.\d{3}-\d{2}(?!\d)/, (id) => isCpf(digitsOf(id))],
  ['sin', [3], /^\d{3}[ -]\d{3}[ -]\d{3}(?![ -]?\d)/, (id) => luhn(digitsOf(id))],
  ['tfn', [3], /^\d{3} \d{3} \d{3}(?! ?\d)/, isTfn],
  ['aadhaar', [4], /^[2-9]\d{3} \d{4} \d{4}(?! ?\d)/, (id) => verhoeff(digitsOf(id))],
  ['pesel', [11], /^\d{2}(?:[02468][1-9]|[13579][0-2])(?:0[1-9]|[12]\d|3[01])\d{5}(?![\w-])/, isPesel],
  [
    'nir',
    [1, 3, 5, 7, 10, 13, 15],
    /^[12] ?\d{2} ?(?:0[1-9]|1[0-2]) ?\d{2} ?\d{3} ?\d{3} ?\d{2}(?!\w)/,
    isNir,
  ],
  ['belgian-id', [2], /^\d{2}\.\d{2}\.\d{2}-\d{3}\.\d{2}(?!\d)/, isBelgian],
  ['dni', [8], /^\d{8}-?[A-HJ-NP-TV-Z](?!\w)/, isDni],
  ['nie', [0], /^[XYZ]-?\d{7}-?[A-HJ-NP-TV-Z](?!\w)/, isDni],
  ['codice-fiscale', [0], /^[A-Z]{6}\d{2}[A-EHLMPR-T]\d{2}[A-Z]\d{3}[A-Z](?!\w)/, isCodiceFiscale],
  ['hetu', [6], /^(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])\d{2}[-+A-FU-Y]\d{3}[0-9A-Y](?!\w)/, isHetu],
  [
    'personnummer',
    [6],
    new RegExp(`^\\d{2}${MONTH_AND_DAY}[-+]\\d{4}(?![\\w-])`),
    (id) => luhn(digitsOf(id)),
  ],
  [
    'personnummer',
    [8, 12],
    new RegExp(`^(?:19|20)\\d{2}${MONTH_AND_DAY}-?\\d{4}(?![\\w-])`),
    (id) => luhn(digitsOf(id).slice(2)),
  ],
  [
    'za-id',
    [13],
    new RegExp(`^\\d{2}${MONTH_AND_DAY}\\d{4}[01]\\d{2}(?![\\w-])`),
    (id) => luhn(digitsOf(id)),
  ],
  ['rrn', [6], new RegExp(`^\\d{2}${MONTH_AND_DAY}-[1-8]\\d{6}(?![\\w-])`), () => true],
  [
    'nino',
    [0],
    /^(?!BG|GB|NK|KN|TN|NT|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D](?!\w)/,
    () => true,
  ],
  ['itin', [3], /^9\d{2}-(?:5\d|6[0-5]|7\d|8[0-8]|9[0-24-9])-\d{4}(?![\w-])/, () => true],
  [
    'mbi',
    [1],
    /^[1-9][AC-HJKMNP-RT-Y][\dAC-HJKMNP-RT-Y]\d-?[AC-HJKMNP-RT-Y][\dAC-HJKMNP-RT-Y]\d-?[AC-HJKMNP-RT-Y]{2}\d{2}(?!\w)/,
    () => true,
  ],
  ['pan', [0], /^[A-Z]{3}[ABCFGHJLPT][A-Z]\d{4}[A-Z](?!\w)/, () => true],
  ['nric', [0], /^[STFG]\d{7}[A-Z](?!\w)/, isNric],
  [
    'resident-id',
    [17, 18],
    new RegExp(`^[1-8]\\d{5}(?:19|20)\\d{2}${MONTH_AND_DAY}\\d{3}[\\dX](?!\\w)`),
    isResidentId,
  ],
];

const MOST_DIGITS = 19;
/** The forms by the number of digits at their beginning. */
const FORMS: readonly (readonly Row[])[] = Array.from({ length: MOST_DIGITS }, (_, count) =>
  NATIONAL.filter(([, digits]) => digits.includes(count)),
);

/** National identity numbers; a number in ten or less that only looks like one passes the check. */
export function findNationalId(text: string, at: number): Match | undefined {
  const forms = FORMS[runEnd(text, at, DIGITS, at + MOST_DIGITS) - at];
  if (!forms || forms.length === 0 || isJoined(text, at)) return undefined;
  const head = text.slice(at, at + LONGEST);
  for (const [name, , form, check] of forms) {
    const found = form.exec(head)?.[0];
    if (found && check(found)) return match(at, at + found.length, 'national_id', name);
  }
  return undefined;
}

function digitsOf(id: string): number[] {
  return Array.from(id.replace(/\D/g, ''), Number);
}

/** Australian tax file numbers. */
function isTfn(id: string): boolean {
  return weighted(digitsOf(id), [1, 4, 3, 7, 5, 8, 6, 9, 10]) % 11 === 0;
}

/** Polish PESEL, which begins with a date whose month also tells the century. */
function isPesel(id: string): boolean {
  return weighted(digitsOf(id), [1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]) % 10 === 0;
}

/** French social security numbers: 97 less the remainder of the first 13 digits. */
function isNir(id: string): boolean {
  const digits = id.replaceAll(' ', '');
  return 97 - (Number(digits.slice(0, 13)) % 97) === Number(digits.slice(13));
}

/** Belgian national numbers; of those born from 2000 on a 2 stands before the nine digits. */
function isBelgian(id: string): boolean {
  const digits = id.replace(/\D/g, '');
  const check = Number(digits.slice(9));
  return ['', '2'].some((century) => 97 - (Number(century + digits.slice(0, 9)) % 97) === check);
}

/** Spanish DNI and NIE, whose first letter stands for a digit. */
function isDni(id: string): boolean {
  const plain = id.replaceAll('-', '');
  const number = plain.slice(0, -1).replace(/^[XYZ]/, (first) => String('XYZ'.indexOf(first)));
  return 'TRWAGMYFPDXBNJZSQVHLCKE'[Number(number) % 23] === plain.at(-1);
}

/** What a digit, or the letter in the same place of the alphabet, counts at odd places. */
const ODD = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];

/** Italian tax codes. */
function isCodiceFiscale(id: string): boolean {
  const sum = Array.from(id.slice(0, 15), (char) => Number.parseInt(char, 36))
    .map((value) => (value > 9 ? value - 10 : value))
    .reduce((total, value, index) => total + (index % 2 === 0 ? (ODD[value] as number) : value), 0);
  return String.fromCharCode(65 + (sum % 26)) === id[15];
}

/** Finnish personal identity codes. */
function isHetu(id: string): boolean {
  const number = Number(id.slice(0, 6) + id.slice(7, 10));
  return '0123456789ABCDEFHJKLMNPRSTUVWXY'[number % 31] === id[10];
}

/** Singaporean NRIC and FIN; T and G are of the years from 2000 on. */
function isNric(id: string): boolean {
  const first = id[0] as string;
  const sum = weighted(digitsOf(id), [2, 7, 6, 5, 4, 3, 2]) + ('TG'.includes(first) ? 4 : 0);
  return ('ST'.includes(first) ? 'JZIHGFEDCBA' : 'XWUTRQPNMLK')[sum % 11] === id[8];
}

/** Chinese resident identity numbers: ISO 7064, MOD 11-2. */
function isResidentId(id: string): boolean {
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
  return '10X98765432'[weighted(Array.from(id.slice(0, 17), Number), weights) % 11] === id[17];
}
