import { isIP } from 'node:net';
import { charSet, HEX, isAlnum, isDigit, isJoined, runEnd } from '../chars.ts';
import type { Kind } from '../kinds.ts';
import { type Match, match } from '../match.ts';
import { findNationalId } from './national-id.ts';

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
  // Most words are none, and asking is dear.
  if (!candidate.includes('.') && !candidate.includes(':')) return undefined;
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

/**
 * Words in front of a telephone number, which then can be written in any way. No other number stands
 * between, and no placeholder of an earlier pass.
 */
const TELLS_PHONE = /(?:phone|mobile|\bcell|\btel|\bfax|\bcall|whatsapp|\bsms|contact)[^\d[\]<>*]{0,16}$/i;
const BEFORE = 24;
const AMERICAN = /^(?:1[ .-])?\d{3}(?:\)[ .-]?|[ .-])\d{3}[ .-]\d{4}$/;
/** With the zero of long-distance calls, in groups; French ones in groups of two with dots. */
const NATIONAL = /^0\d{1,4}\)?(?:[ /-]\d{2,8}){1,4}$|^0\d(?:\.\d{2}){4}$/;
const DATE = /^\d{2}[-/]\d{2}[-/]\d{4}/;
const EXTENSION = /^(?: ?x| ?ext\.? ?)\d{1,6}(?!\w)/;

/** `+49 30 901820`, `(212) 555-0100 x12`, `030 901820`; bare digits only behind a word that says so. */
function findPhone(text: string, at: number): Match | undefined {
  const before = text.charCodeAt(at - 1);
  const isInternational = before === 43 || text.startsWith('00', at);
  if (before !== 43 && isJoined(text, at)) return undefined;
  const start = before === 43 || before === 40 ? at - 1 : at;
  let digits = 0;
  let index = at;
  for (; index < text.length && digits <= 15; index++) {
    const code = text.charCodeAt(index);
    if (isDigit(code)) digits++;
    else if (index - at >= 24 || !SEPARATORS.has(code)) break;
  }
  while (index > at && !isDigit(text.charCodeAt(index - 1))) index--;
  const end = index + (EXTENSION.exec(text.slice(index, index + 12))?.[0].length ?? 0);
  if (isAlnum(text.charCodeAt(end))) return undefined;
  const isPhone = isInternational
    ? digits >= 8 && digits <= 15
    : (digits >= 10 && AMERICAN.test(text.slice(at, index))) || isNational(text, at, index, digits);
  return isPhone ? match(start, end, 'phone', 'phone') : undefined;
}

/** Blank, dash, dot, slash, brackets. */
const SEPARATORS: ReadonlySet<number> = new Set([32, 45, 46, 47, 40, 41]);

function isNational(text: string, at: number, end: number, digits: number): boolean {
  const body = text.slice(at, end);
  if (digits < 7 || digits > 12 || DATE.test(body)) return false;
  return (digits >= 9 && NATIONAL.test(body)) || TELLS_PHONE.test(text.slice(Math.max(0, at - BEFORE), at));
}
