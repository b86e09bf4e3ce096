import { isAlnum, isDigit } from '../chars.ts';
import { type Match, match } from '../match.ts';

/**
 * The US social security number `AAA-GG-SSSS` at `at`. Source: Social Security Administration,
 * numbers never assigned: area 000, 666 and 900 to 999, group 00, serial 0000.
 */
export function findSsn(text: string, at: number): Match | undefined {
  if (text.charCodeAt(at + 3) !== 45 || text.charCodeAt(at + 6) !== 45) return undefined;
  const end = at + 11;
  for (const index of [0, 1, 2, 4, 5, 7, 8, 9, 10]) {
    if (!isDigit(text.charCodeAt(at + index))) return undefined;
  }
  const before = text.charCodeAt(at - 1);
  const after = text.charCodeAt(end);
  if (isAlnum(before) || before === 45 || before === 46) return undefined;
  if (isAlnum(after) || (after === 45 && isAlnum(text.charCodeAt(end + 1)))) return undefined;
  const area = text.slice(at, at + 3);
  if (area === '000' || area === '666' || area[0] === '9') return undefined;
  if (text.startsWith('00', at + 4) || text.startsWith('0000', at + 7)) return undefined;
  return match(at, end, 'ssn', 'ssn');
}
