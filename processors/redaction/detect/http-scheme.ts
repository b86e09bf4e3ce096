import { BASE64, charSet, looksRandom, runEnd } from '../chars.ts';
import { type Match, match, type WordDetector } from '../match.ts';

/** Source: RFC 6750 section 2.1, b64token. */
const TOKEN = charSet('A-Za-z0-9._~+/=:|-');

function scheme(prefix: string, find: (text: string, from: number) => Match | undefined): WordDetector {
  return {
    name: prefix.trim(),
    kind: 'token',
    prefix,
    anyCase: true,
    find: (text, at) => find(text, at + prefix.length),
  };
}

/** HTTP authentication schemes with the credential that follows them. */
export const HTTP_SCHEMES: readonly WordDetector[] = [
  scheme('bearer ', findBearer),
  scheme('bearer%20', findBearer),
  scheme('bearer: ', findBearer),
  scheme('basic ', findBasic),
  scheme('basic%20', findBasic),
  scheme('ssws ', findBearer),
  scheme('apikey ', findBearer),
];

function findBearer(text: string, from: number): Match | undefined {
  const end = withoutStops(text, from, runEnd(text, from, TOKEN));
  const length = end - from;
  if (length >= 6 && looksRandom(text, from, end)) return match(from, end, 'token', 'bearer');
  return length >= 24 ? match(from, end, 'token', 'bearer') : undefined;
}

function withoutStops(text: string, from: number, end: number): number {
  let index = end;
  while (index > from && '.:,'.includes(text[index - 1] as string)) index--;
  return index;
}

/** `Basic` is also a word of the language: what follows must decode to `user:password` (RFC 7617). */
function findBasic(text: string, from: number): Match | undefined {
  const end = runEnd(text, from, BASE64);
  if (end - from < 6) return undefined;
  const decoded = Buffer.from(text.slice(from, Math.min(end, from + 256)), 'base64').toString('latin1');
  const colon = decoded.indexOf(':');
  if (colon < 0 && end < text.length) return undefined;
  return isPrintable(decoded) ? match(from, end, 'token', 'basic') : undefined;
}

function isPrintable(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code < 32 || code === 127) return false;
  }
  return true;
}
