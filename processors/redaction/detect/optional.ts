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
  const isAmerican = digits >= 10 && /^(?:1[ .-])?\d{3}\)?[ .-]\d{3}[ .-]\d{4}$/.test(body);
  const isPhone = isInternational ? digits >= 8 && digits <= 15 : isAmerican && groups <= 5;
  return isPhone ? match(start, index, 'phone', 'phone') : undefined;
}
