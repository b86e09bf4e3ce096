import { isAlnum, isDigit } from '../chars.ts';
import { type Match, match } from '../match.ts';

/** Issuer ranges: prefix from, prefix to, lengths. Source: ISO/IEC 7812 and the networks' published ranges. */
const ISSUERS: readonly (readonly [from: number, to: number, digits: number, lengths: readonly number[]])[] =
  [
    [4, 4, 1, [13, 16, 19]], // Visa
    [51, 55, 2, [16]], // Mastercard
    [2221, 2720, 4, [16]],
    [34, 34, 2, [15]], // American Express
    [37, 37, 2, [15]],
    [300, 305, 3, [14, 16]], // Diners Club
    [3095, 3095, 4, [14, 16]],
    [36, 36, 2, [14, 16, 17, 18, 19]],
    [38, 39, 2, [14, 16]],
    [6011, 6011, 4, [16, 19]], // Discover
    [644, 649, 3, [16, 19]],
    [65, 65, 2, [16, 19]],
    [622126, 622925, 6, [16, 19]],
    [62, 62, 2, [16, 17, 18, 19]], // UnionPay
    [3528, 3589, 4, [16, 17, 18, 19]], // JCB
    [1800, 1800, 4, [15]],
    [2131, 2131, 4, [15]],
    [5018, 5018, 4, [16, 19]], // Maestro
    [5020, 5020, 4, [16, 19]],
    [5038, 5038, 4, [16, 19]],
    [5893, 5893, 4, [16, 19]],
    [6304, 6304, 4, [16, 18, 19]],
    [6759, 6759, 4, [16, 18, 19]],
    [6761, 6763, 4, [16, 18, 19]],
    [2200, 2204, 4, [16, 17, 18, 19]], // Mir
    [5060, 5061, 4, [16, 19]], // Verve
    [60, 60, 2, [16]], // RuPay
    [81, 82, 2, [16]],
    [9792, 9792, 4, [16]], // Troy
    [4571, 4571, 4, [16]],
    [1946, 1946, 4, [15, 16]],
  ];

const MAX_DIGITS = 19;
/** The digits that are looked at; one list for all, since every number of a text is tried. */
const buffer = new Uint8Array(MAX_DIGITS + 1);

/**
 * The card number that starts with the digit at `at`, written in one run or in groups with one
 * space or dash between them. Bare runs of 17 to 19 digits are ids and nanoseconds far more often
 * than cards, so those are only found when written in groups, or where words before them say so.
 */
export function findCard(text: string, at: number): Match | undefined {
  if (isInsideNumber(text, at)) return undefined;
  let count = 0;
  let index = at;
  let separator = 0;
  let groups = 1;
  let end = at;
  for (; index < text.length && count <= MAX_DIGITS; index++) {
    const code = text.charCodeAt(index);
    if (isDigit(code)) {
      buffer[count++] = code - 48;
      end = index + 1;
    } else if ((code === 32 || code === 45) && isDigit(text.charCodeAt(index + 1)) && count >= 3) {
      if (separator !== 0 && separator !== code) break;
      separator = code;
      groups++;
    } else break;
  }
  if (isFollowedByNumber(text, end)) return undefined;
  if (count < 12 || count > MAX_DIGITS || groups > 6) return undefined;
  const digits = buffer.subarray(0, count);
  const isLikely = count > 12 && (groups > 1 || count <= 16) && hasIssuer(digits);
  if (!isLikely && !isToldToBeCard(text, at)) return undefined;
  return passesLuhn(digits) ? match(at, end, 'card', 'card') : undefined;
}

/** Near these words other numbers with a Luhn digit are cards too: long bare ones, and those of ranges not known here. */
const TELLS_CARD = /(?:card|visa|amex|maestro|credit|debit|\bcc\b|\bpan\b)[^\d[\]<>*]{0,24}$/i;
const BEFORE = 32;
/** The first digits of banks and networks; other numbers count something. */
const OTHER_ISSUER = /^(?:[3-6]|0604)/;

function isToldToBeCard(text: string, at: number): boolean {
  return (
    OTHER_ISSUER.test(text.slice(at, at + 4)) && TELLS_CARD.test(text.slice(Math.max(0, at - BEFORE), at))
  );
}

function isInsideNumber(text: string, at: number): boolean {
  const before = text.charCodeAt(at - 1);
  if (before === 46 || before === 45 || before === 95) {
    const further = text.charCodeAt(at - 2);
    return isAlnum(further);
  }
  return isAlnum(before);
}

function isFollowedByNumber(text: string, end: number): boolean {
  const after = text.charCodeAt(end);
  if (after === 46 || after === 45 || after === 95)
    return isAlnum(text.charCodeAt(end + 1)) && (after !== 46 || isDigit(text.charCodeAt(end + 1)));
  return isAlnum(after);
}

function hasIssuer(digits: ArrayLike<number>): boolean {
  const prefixes = [0];
  for (let count = 1; count <= 6; count++) {
    prefixes.push((prefixes[count - 1] as number) * 10 + (digits[count - 1] as number));
  }
  return ISSUERS.some(([from, to, count, lengths]) => {
    const prefix = prefixes[count] as number;
    return prefix >= from && prefix <= to && lengths.includes(digits.length);
  });
}

/** Source: ISO/IEC 7812-1, annex B. */
export function passesLuhn(digits: ArrayLike<number>): boolean {
  let sum = 0;
  let same = true;
  for (let index = digits.length - 1, double = false; index >= 0; index--, double = !double) {
    const digit = digits[index] as number;
    if (digit !== digits[0]) same = false;
    sum += double ? (digit > 4 ? digit * 2 - 9 : digit * 2) : digit;
  }
  return !same && sum % 10 === 0;
}
