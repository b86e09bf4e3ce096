import { isAlnum, isDigit } from '../chars.ts';
import { type Match, match } from '../match.ts';

/** Near these words the number is found with spaces too. */
const TELLS_SSN = /(?:\bssn|social[ _-]?security|\bss #)[^\d[\]<>*]{0,16}$/i;
const BEFORE = 32;
const DASHED = /^\d{3}-\d{2}-\d{4}/;
const SPACED = /^\d{3} \d{2} \d{4}/;
const LONGEST = 11;

/**
 * The US social security number `AAA-GG-SSSS` at `at`. Source: Social Security Administration,
 * numbers never assigned: area 000, 666 and 900 to 999, group 00, serial 0000.
 */
export function findSsn(text: string, at: number): Match | undefined {
  const before = text.charCodeAt(at - 1);
  if (isAlnum(before) || before === 45 || before === 46) return undefined;
  const head = text.slice(at, at + LONGEST);
  const found = (DASHED.exec(head) ?? (isTold(text, at) ? SPACED.exec(head) : null))?.[0];
  if (found === undefined) return undefined;
  const end = at + found.length;
  const after = text.charCodeAt(end);
  if (isAlnum(after) || (after === 45 && isAlnum(text.charCodeAt(end + 1)))) return undefined;
  if (/^(?:000|666|9)/.test(found) || found.startsWith('00', 4) || found.endsWith('0000')) return undefined;
  return match(at, end, 'ssn', 'ssn');
}

function isTold(text: string, at: number): boolean {
  return isDigit(text.charCodeAt(at + 1)) && TELLS_SSN.test(text.slice(Math.max(0, at - BEFORE), at));
}
