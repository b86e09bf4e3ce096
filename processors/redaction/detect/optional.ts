import { isIP } from 'node:net';
import { charSet, HEX, isAlnum, isDigit, runEnd } from '../chars.ts';
import type { Kind } from '../kinds.ts';
import { type Match, match } from '../match.ts';

/** A detector that is tried where a digit, or for some a letter or `+`, begins a word. */
export type NumberDetector = (text: string, at: number) => Match | undefined;

const ADDRESS = charSet('0-9A-Fa-f:.');

/** Detectors that are off by default, since ids, versions and counters look like what they look for. */
export const OPTIONAL_DETECTORS: readonly (readonly [kind: Kind, find: NumberDetector])[] = [
  ['ip', findIp],
  ['mac', findMac],
  ['national_id', findNationalId],
  ['phone', findPhone],
];

function findIp(text: string, at: number): Match | undefined {
  if (isJoined(text, at)) return undefined;
  let end = runEnd(text, at, ADDRESS, at + 46);
  while (
    end > at &&
    (text.charCodeAt(end - 1) === 46 || (text.charCodeAt(end - 1) === 58 && text.charCodeAt(end - 2) !== 58))
  )
    end--;
  const candidate = text.slice(at, end);
  const port = /^(\d+\.\d+\.\d+\.\d+):\d+$/.exec(candidate)?.[1];
  const address = port ?? candidate;
  if (isIP(address) === 0 || isAlnum(text.charCodeAt(at + address.length))) return undefined;
  return match(at, at + address.length, 'ip', 'ip');
}

function findMac(text: string, at: number): Match | undefined {
  const separator = text.charCodeAt(at + 2);
  if ((separator !== 58 && separator !== 45) || isJoined(text, at)) return undefined;
  for (let index = 0; index < 17; index++) {
    const code = text.charCodeAt(at + index);
    if (index % 3 === 2 ? code !== separator : !(code < 128 && HEX[code] === 1)) return undefined;
  }
  const after = text.charCodeAt(at + 17);
  return isAlnum(after) || after === separator ? undefined : match(at, at + 17, 'mac', 'mac');
}

/** `+49 30 901820`, `(212) 555-0100`, `212-555-0100`; bare digits are never taken for a number. */
function findPhone(text: string, at: number): Match | undefined {
  const before = text.charCodeAt(at - 1);
  const isInternational = before === 43;
  if (!isInternational && isJoined(text, at)) return undefined;
  const start = isInternational || before === 40 ? at - 1 : at;
  let digits = 0;
  let groups = 1;
  let index = at;
  for (; index < text.length && digits <= 15; index++) {
    const code = text.charCodeAt(index);
    if (isDigit(code)) digits++;
    else if (
      (code === 32 || code === 45 || code === 46 || code === 47 || code === 40 || code === 41) &&
      index - at < 24
    )
      groups++;
    else break;
  }
  while (index > at && !isDigit(text.charCodeAt(index - 1))) index--;
  if (isAlnum(text.charCodeAt(index))) return undefined;
  const body = text.slice(at, index);
  const isAmerican = /^(?:1[ .-])?\d{3}\)?[ .-]\d{3}[ .-]\d{4}$/.test(body);
  const isPhone = isInternational ? digits >= 8 && digits <= 15 : isAmerican && groups <= 5;
  return isPhone ? match(start, index, 'phone', 'phone') : undefined;
}

function isJoined(text: string, at: number): boolean {
  const before = text.charCodeAt(at - 1);
  return (
    isAlnum(before) ||
    ((before === 46 || before === 45 || before === 58 || before === 95) && isAlnum(text.charCodeAt(at - 2)))
  );
}

type Check = (digits: readonly number[]) => boolean;

/** Numbers of fixed length with check digits, by how many digits they have. */
const NATIONAL: readonly (readonly [name: string, form: RegExp, check: Check])[] = [
  ['nhs', /^\d{3} \d{3} \d{4}(?!\d)/, (d) => mod11(d, [10, 9, 8, 7, 6, 5, 4, 3, 2])],
  ['cpf', /^\d{3}\.\d{3}\.\d{3}-\d{2}(?!\d)/, isCpf],
  ['sin', /^\d{3}[ -]\d{3}[ -]\d{3}(?![ -]?\d)/, luhn],
  ['aadhaar', /^[2-9]\d{3} \d{4} \d{4}(?! ?\d)/, verhoeff],
];

/** UK NHS, Brazilian CPF, Canadian SIN and Indian Aadhaar numbers, in their written form. */
function findNationalId(text: string, at: number): Match | undefined {
  if (isJoined(text, at)) return undefined;
  const head = text.slice(at, at + 16);
  for (const [name, form, check] of NATIONAL) {
    const found = form.exec(head)?.[0];
    if (found && check(Array.from(found.replace(/\D/g, ''), Number))) {
      return match(at, at + found.length, 'national_id', name);
    }
  }
  return undefined;
}

function mod11(digits: readonly number[], weights: readonly number[]): boolean {
  const sum = weights.reduce((total, weight, index) => total + weight * (digits[index] as number), 0);
  return (11 - (sum % 11)) % 11 === digits.at(-1);
}

function isCpf(digits: readonly number[]): boolean {
  const checkDigit = (count: number): number => {
    const sum = digits
      .slice(0, count)
      .reduce((total, digit, index) => total + digit * (count + 1 - index), 0);
    return ((sum * 10) % 11) % 10;
  };
  return checkDigit(9) === digits[9] && checkDigit(10) === digits[10];
}

function luhn(digits: readonly number[]): boolean {
  const sum = digits.toReversed().reduce((total, digit, index) => {
    const doubled = index % 2 === 1 ? digit * 2 : digit;
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return sum > 0 && sum % 10 === 0;
}

/** Source: J. Verhoeff, "Error Detecting Decimal Codes" (1969): the dihedral group D5. */
function verhoeff(digits: readonly number[]): boolean {
  const multiply = (a: number, b: number): number =>
    a < 5 ? (b < 5 ? (a + b) % 5 : ((a + b) % 5) + 5) : b < 5 ? ((a - b + 5) % 5) + 5 : (a - b + 5) % 5;
  const permutation = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];
  let check = 0;
  digits.toReversed().forEach((digit, index) => {
    let permuted = digit;
    for (let times = 0; times < index % 8; times++) permuted = permutation[permuted] as number;
    check = multiply(check, permuted);
  });
  return check === 0;
}
