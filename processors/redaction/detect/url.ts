import { charSet, isDigit } from '../chars.ts';
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
  const beyond = findBeyond(text, at, colon, lastAt, index);
  if (beyond > from) return match(from, beyond, 'url_credentials', 'url-credentials');
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

/** False if the authority behind the `://` at `at` ends without an `@` and a password, as it does in nearly all URLs. */
export function mayHaveUserInfo(text: string, at: number): boolean {
  const limit = Math.min(text.length, at + 3 + USERINFO_LIMIT);
  let colon = -1;
  for (let index = at + 3; index < limit; index++) {
    const code = text.charCodeAt(index);
    if (code === 64) return true;
    if (code === 58 && colon < 0) colon = index;
    if (endsAuthority(code)) return isNoPort(text, at + 3, colon, index);
  }
  return true;
}

/** Schemes of URLs with passwords in them, which nobody encodes. */
const SCHEME =
  /(?:^|[^a-z])(?:https?|wss?|postgres(?:ql)?|postgis|mysql2?|mariadb|mssql|sqlserver|oracle|mongodb|mongodb\+srv|rediss?|valkeys?|amqps?|kafka|nats|mqtts?|stomp|ldaps?|s?ftps?|smtps?|imaps?|clickhouse|cockroachdb|cassandra|couchbase|neo4j|bolt)$/i;
const LONGEST_SCHEME = 12;
const HOST = /^[\w.-]{1,128}(?::\d{1,5})?(?:[,/?#\s"'`]|$)/;
const BEYOND_LIMIT = 128;

/** What follows the colon is neither a port nor nothing; digits may be the ports of several hosts. */
function isNoPort(text: string, from: number, colon: number, end: number): boolean {
  return (
    colon >= from && colon + 1 < end && !isDigit(text.charCodeAt(colon + 1)) && text.charCodeAt(from) !== 91
  );
}

/**
 * The `@` behind a password with a `/`, `?` or `#` in it, at which the authority seems to end. What is
 * before it would be no URL: a name for a port. In the path of a web page an `@` may stand, too, so that
 * there the first one counts, and none if the authority has one.
 */
function findBeyond(text: string, at: number, colon: number, lastAt: number, end: number): number {
  const isInside = lastAt < 0 || colon < lastAt;
  if (!isInside || !isNoPort(text, at + 3, colon, end) || !PATH.has(text.charCodeAt(end))) return -1;
  const scheme = text.slice(Math.max(0, at - LONGEST_SCHEME), at);
  if (!SCHEME.test(scheme)) return -1;
  const isWeb = /(?:https?|wss?)$/i.test(scheme);
  if (isWeb && lastAt >= 0) return -1;
  let found = -1;
  const limit = Math.min(text.length, end + BEYOND_LIMIT);
  for (let index = end; index < limit && !ENDS_URL.has(text.charCodeAt(index)); index++) {
    if (text.charCodeAt(index) !== 64 || text.charCodeAt(index - 1) === 47) continue;
    if (!HOST.test(text.slice(index + 1, index + 136))) continue;
    found = index;
    if (isWeb) break;
  }
  return found > 0 && !TEMPLATE.test(text.slice(colon + 1, found)) ? found : -1;
}

/** `/`, `?`, `#`. */
const PATH: ReadonlySet<number> = new Set([47, 63, 35]);
/** White space, quotes and brackets. */
const ENDS_URL: ReadonlySet<number> = new Set([...' \t\r\n"\'<>`\\'].map((char) => char.charCodeAt(0)));

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
