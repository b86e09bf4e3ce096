import { isAlnum, isDigit } from '../chars.ts';
import { type Match, match } from '../match.ts';

/** Total length by country. Source: SWIFT IBAN registry, release 99. */
const LENGTHS: Readonly<Record<string, number>> = Object.fromEntries(
  (
    'AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 FI18 FK18 ' +
    'FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 ' +
    'LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 ' +
    'SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30'
  )
    .split(' ')
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]),
);

/** The two letters every account number begins with. */
export const IBAN_COUNTRIES: readonly string[] = Object.keys(LENGTHS);

/** The account number at `at`, bare or in groups with single spaces or dashes. */
export function findIban(text: string, at: number): Match | undefined {
  if (!isDigit(text.charCodeAt(at + 2)) || !isDigit(text.charCodeAt(at + 3))) return undefined;
  const length = LENGTHS[text.slice(at, at + 2).toUpperCase()];
  if (length === undefined) return undefined;
  let count = 0;
  let index = at;
  while (index < text.length && count < length) {
    const code = text.charCodeAt(index);
    if (isAlnum(code)) count++;
    else if ((code !== 32 && code !== 45) || !isAlnum(text.charCodeAt(index + 1))) break;
    index++;
  }
  if (count !== length || isAlnum(text.charCodeAt(index))) return undefined;
  const compact = text.slice(at, index).replace(/[ -]/g, '');
  return passesMod97(compact.toUpperCase()) ? match(at, index, 'iban', 'iban') : undefined;
}

/** Ids in hexadecimal begin like one, too; with so many digits behind the letters of a bank they hardly go on. */
const LOWER_CASE = /^[a-z]{2}\d{2}(?:[a-z]{4})?\d{11,28}(?![a-z])/;
const LONGEST = 34;

/** The account number in lower case and in one piece at `at`. */
export function findLowerIban(text: string, at: number): Match | undefined {
  if (!mayBeLowerIban(text, at) || !LOWER_CASE.test(text.slice(at, at + LONGEST))) return undefined;
  const found = findIban(text, at);
  return found && /[ -]/.test(text.slice(at, found.end)) ? undefined : found;
}

/** True for two letters in lower case, two digits behind them, and nothing joined before. */
export function mayBeLowerIban(text: string, at: number): boolean {
  if (!isDigit(text.charCodeAt(at + 2)) || !isDigit(text.charCodeAt(at + 3))) return false;
  const first = text.charCodeAt(at);
  const second = text.charCodeAt(at + 1);
  return first >= 97 && first <= 122 && second >= 97 && second <= 122;
}

/** Source: ISO 13616-1 with ISO/IEC 7064, MOD 97-10. */
export function passesMod97(iban: string): boolean {
  let remainder = 0;
  for (let index = 0; index < iban.length; index++) {
    const code = iban.charCodeAt((index + 4) % iban.length);
    remainder = isDigit(code) ? (remainder * 10 + code - 48) % 97 : (remainder * 100 + code - 55) % 97;
  }
  return remainder === 1;
}
