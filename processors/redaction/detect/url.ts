import { charSet } from '../chars.ts';
import { type Match, match } from '../match.ts';

const USERINFO_LIMIT = 1_024;

/**
 * User name and password of a URL whose `://` is at `at`.
 * Source of the placeholder: semantic conventions, `url.full`.
 */
export function findUserInfo(text: string, at: number): Match | undefined {
  const from = at + 3;
  const limit = Math.min(text.length, from + USERINFO_LIMIT);
  let colon = -1;
  let lastAt = -1;
  let index = from;
  for (; index < limit; index++) {
    const code = text.charCodeAt(index);
    if (code === 64) lastAt = index;
    else if (code === 58 && colon < 0) colon = index;
    else if (endsAuthority(code)) break;
  }
  if (lastAt > from && !PARAMETERS.test(text.slice(from, lastAt)))
    return hasCredentials(text, from, colon, lastAt)
      ? match(from, lastAt, 'url_credentials', 'url-credentials')
      : undefined;
  return index === text.length ? findCutOff(text, from, colon, index) : undefined;
}

/** `/`, `?`, `#`, quotes, brackets and white space end the authority (RFC 3986, section 3.2). */
const ENDS_AUTHORITY = charSet('\0- /?#"\'<>`\\');

function endsAuthority(code: number): boolean {
  return code < 128 && ENDS_AUTHORITY[code] === 1;
}

/** False if the authority behind the `://` at `at` ends without an `@`, as it does in nearly all URLs. */
export function mayHaveUserInfo(text: string, at: number): boolean {
  const limit = Math.min(text.length, at + 3 + USERINFO_LIMIT);
  for (let index = at + 3; index < limit; index++) {
    const code = text.charCodeAt(index);
    if (code === 64) return true;
    if (endsAuthority(code)) return false;
  }
  return true;
}

/** `//host;user=sa;password=p@ss`: parameters of a connection string, which are found one by one. */
const PARAMETERS = /;[^;=]{1,64}=/;

/** `${password}`, `{password}`, `<password>`, `$PASSWORD`, `%s`, `***`: where the password is put in, or was. */
const TEMPLATE =
  /^(?:\$?\{[^{}]{1,64}\}|<[^<>]{1,64}>|\$[A-Z][A-Z0-9_]{1,64}|%[sv]|\*{3,64}|\[[\w :#]{1,64}\])$/;

function hasCredentials(text: string, from: number, colon: number, end: number): boolean {
  if (colon >= from && colon < end) return end - colon > 1 && !TEMPLATE.test(text.slice(colon + 1, end));
  // A bare user name is not secret; a long one is a token (`https://<token>@host`).
  return end - from >= 20;
}

/** The text ends within `user:password`: what follows the colon is not a port. */
function findCutOff(text: string, from: number, colon: number, end: number): Match | undefined {
  if (colon <= from || end - colon < 3 || PARAMETERS.test(text.slice(from, end))) return undefined;
  const rest = text.slice(colon + 1, end);
  const isPort = /^\d{0,5}$/.test(rest);
  if (isPort || text.charCodeAt(from) === 91 || rest.includes(':')) return undefined;
  return match(from, end, 'url_credentials', 'url-credentials');
}
