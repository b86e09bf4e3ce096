import { charSet, isAlnum, isDigit } from '../chars.ts';
import { type Match, match } from '../match.ts';

/** Source: RFC 5321, section 4.5.3.1: 64 octets of local part, 255 of domain. */
const LOCAL_LIMIT = 64;
const DOMAIN_LIMIT = 253;
/** RFC 5322, section 3.2.3, atext and the dot, without what separates things in URLs, queries and code. */
const LOCAL = charSet("A-Za-z0-9.'+_~-");
/** What never begins a local part in running text, though RFC 5322 allows it. */
const OPENING = charSet("'.~-");
/** Endings of file and unit names that look like a domain (`user@1000.service`, `icon@2x.png`). */
const NOT_A_TLD = new Set(
  'service socket target slice scope timer mount device path swap js ts mjs cjs jsx tsx json css html map md png jpg jpeg gif svg webp ico txt log yaml yml'.split(
    ' ',
  ),
);

/**
 * The e-mail address around an `@` at `at`, found by looking outward, so that the work is bounded
 * by the longest address. `width` is 1 for `@`, 3 for `%40`, 6 for `\u0040`.
 */
export function findEmail(text: string, at: number, width: number): Match | undefined {
  const start = localStart(text, at);
  if (start >= at) return undefined;
  const end = domainEnd(text, at + width);
  if (end < 0) return undefined;
  // `git@host:path` is how SSH remotes are written, not somebody's address.
  if (at - start === 3 && text.startsWith('git', start)) return undefined;
  return match(start, end, 'email', 'email');
}

function localStart(text: string, at: number): number {
  if (text.charCodeAt(at - 1) === 34) return quotedLocalStart(text, at);
  let start = at;
  const stop = Math.max(0, at - LOCAL_LIMIT);
  while (start > stop) {
    const code = text.charCodeAt(start - 1);
    if (code < 128 ? LOCAL[code] === 0 : !isAddressLetter(code)) break;
    start--;
  }
  while (start < at && OPENING[text.charCodeAt(start)] === 1) start++;
  // Escapes before the address (`\n`, `%3D`) leave a letter or two that belong to them.
  if (text.charCodeAt(start - 1) === 92 && start < at - 1) start++;
  return start;
}

function quotedLocalStart(text: string, at: number): number {
  const open = text.lastIndexOf('"', at - 2);
  if (open < 0 || at - open > LOCAL_LIMIT || at - open < 3) return at;
  const inner = text.slice(open + 1, at - 1);
  return /^[\w .+@-]{1,62}$/.test(inner) ? open : at;
}

/** Letters of alphabets in which addresses are written; not Chinese, Japanese or Korean running text. */
function isAddressLetter(code: number): boolean {
  return code >= 0xc0 && code < 0x2000;
}

function domainEnd(text: string, from: number): number {
  const limit = Math.min(text.length, from + DOMAIN_LIMIT);
  let index = from;
  let lastDot = -1;
  for (; index < limit; index++) {
    const code = text.charCodeAt(index);
    if (code === 46) {
      if (index === from || index === lastDot + 1) break;
      lastDot = index;
    } else if (code !== 45 && !isAlnum(code) && !isAddressLetter(code)) break;
  }
  if (lastDot === index - 1) {
    index = lastDot;
    lastDot = text.lastIndexOf('.', lastDot - 1);
  }
  if (lastDot <= from) return addressLiteralEnd(text, from);
  return topLevelEnd(text, from, lastDot, index);
}

/** `user@[192.168.0.1]`, RFC 5321 section 4.1.3. */
function addressLiteralEnd(text: string, from: number): number {
  if (text.charCodeAt(from) !== 91) return -1;
  const close = text.indexOf(']', from);
  if (close < 0 || close - from > 64) return -1;
  return /^(IPv6:)?[0-9a-fA-F.:]{4,60}$/.test(text.slice(from + 1, close)) ? close + 1 : -1;
}

function topLevelEnd(text: string, from: number, lastDot: number, end: number): number {
  let stop = lastDot + 1;
  while (stop < end && !isDigit(text.charCodeAt(stop)) && text.charCodeAt(stop) !== 45) stop++;
  const isPunycode = text.startsWith('xn--', lastDot + 1);
  if (isPunycode) stop = end;
  else if (stop < end) return -1;
  const ascii = asciiEnd(text, lastDot + 1, stop);
  const top = ascii - lastDot > 2 ? ascii : stop;
  if (top - lastDot <= 2) return -1;
  if (NOT_A_TLD.has(text.slice(lastDot + 1, top).toLowerCase())) return -1;
  return from < lastDot ? top : -1;
}

function asciiEnd(text: string, from: number, to: number): number {
  let index = from;
  while (index < to && text.charCodeAt(index) < 128) index++;
  return index;
}
