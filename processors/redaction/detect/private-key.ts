import { charSet, runEnd } from '../chars.ts';
import { type Match, match } from '../match.ts';

const BEGIN = '-----BEGIN';
const BODY = charSet('A-Za-z0-9+/=%\\ \r\n\t:,._-');
const HEADER_LIMIT = 80;
/** Also as in a query, where a blank is `%20` or a plus. */
const PRIVATE_KEY = /PRIVATE(?: |%20|\+)KEY/;

/** A private key block that starts at `at`; to its end line, or as far as it goes if cut off. */
export function findPrivateKey(text: string, at: number): Match | undefined {
  if (!text.startsWith(BEGIN, at)) return undefined;
  const header = text.slice(at, at + HEADER_LIMIT);
  const close = header.indexOf('-----', BEGIN.length);
  const title = close < 0 ? header : header.slice(0, close);
  if (
    !PRIVATE_KEY.test(title) &&
    !(close < 0 && at + HEADER_LIMIT >= text.length && title.includes('PRIV'))
  ) {
    return undefined;
  }
  const from = at + (close < 0 ? title.length : close + 5);
  const stop = runEnd(text, from, BODY);
  const footerInBody = text.slice(from, stop).indexOf('-----END');
  if (footerInBody < 0) return match(at, stop, 'private_key', 'private-key');
  const footer = from + footerInBody;
  const footerClose = text.indexOf('-----', footer + 8);
  const end = footerClose < 0 || footerClose > footer + HEADER_LIMIT ? stop : footerClose + 5;
  return match(at, end, 'private_key', 'private-key');
}
