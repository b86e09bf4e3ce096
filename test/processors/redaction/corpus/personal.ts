import { ALNUM, DIGITS, LOWER, type Random } from './random.ts';

type Maker = (r: Random) => string;

/** The digits with the Luhn digit that completes them. */
function withLuhn(digits: string): string {
  for (let last = 0; last < 10; last++) {
    const all = digits + last;
    let sum = 0;
    [...all].reverse().forEach((digit, index) => {
      const value = Number(digit) * (index % 2 === 1 ? 2 : 1);
      sum += value > 9 ? value - 9 : value;
    });
    if (sum % 10 === 0) return all;
  }
  throw new Error('no Luhn digit');
}

function card(prefix: string, length: number, groups?: readonly number[], separator = ' '): Maker {
  return (r) => {
    const number = withLuhn(prefix + r.of(DIGITS, length - prefix.length - 1));
    if (!groups) return number;
    let from = 0;
    const parts = groups.map((size) => {
      const part = number.slice(from, from + size);
      from += size;
      return part;
    });
    return parts.join(separator);
  };
}

/** The account number with its check digits, in the notation of ISO 13616. */
function iban(country: string, length: number, alphabet = DIGITS, grouped = false): Maker {
  return (r) => {
    const account = r.of(alphabet, length - 4);
    const digits = [...`${account}${country}00`].map((c) => Number.parseInt(c, 36)).join('');
    const check = String(98n - (BigInt(digits) % 97n)).padStart(2, '0');
    const number = country + check + account;
    return grouped ? (number.match(/.{1,4}/g) ?? []).join(' ') : number;
  };
}

export const PERSONAL: Readonly<Record<string, Maker>> = {
  'plain address': (r) => `${r.of(LOWER, 6)}@example.com`,
  'dotted address': (r) => `${r.of(LOWER, 4)}.${r.of(LOWER, 6)}@mail.example.co.uk`,
  'tagged address': (r) => `${r.of(LOWER, 5)}+${r.of(ALNUM, 4)}@example.org`,
  'encoded address': (r) => `${r.of(LOWER, 6)}%40example.com`,
  'international address': (r) => `${r.of(LOWER, 5)}@bücher.example`,
  visa: card('4', 16),
  'visa in groups': card('4', 16, [4, 4, 4, 4]),
  'mastercard with dashes': card('53', 16, [4, 4, 4, 4], '-'),
  'mastercard 2-series': card('2223', 16),
  amex: card('37', 15),
  'amex in groups': card('34', 15, [4, 6, 5]),
  diners: card('36', 14),
  discover: card('6011', 16),
  jcb: card('3530', 16),
  unionpay: card('6221', 16, [4, 4, 4, 4]),
  'german iban': iban('DE', 22),
  'german iban in groups': iban('DE', 22, DIGITS, true),
  'british iban': iban('GB', 22, `${DIGITS}ABCDEFG`),
  'french iban': iban('FR', 27),
  'iban in lower case': (r) => iban('DE', 22)(r).toLowerCase(),
  'maltese iban': iban('MT', 31, `${DIGITS}XYZ`),
  ssn: (r) => `${r.pick(['123', '212', '078', '899'])}-${r.pick(['05', '45', '99'])}-${r.of('123456789', 4)}`,
};
