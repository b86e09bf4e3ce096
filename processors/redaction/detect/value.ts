import { charSet, DIGITS, isAlnum, isDigit, runEnd } from '../chars.ts';
import type { Placeholders } from '../placeholders.ts';
import { encodedQuoteAt } from './encoded-quotes.ts';

/** Where a value stands. */
export interface Value {
  readonly start: number;
  readonly end: number;
  /** Quotes to put around the placeholder, where a bare number stood in JSON. */
  readonly quote?: string;
}

/** How the value was assigned. */
export interface Assigned {
  /** The key stood in quotes, as in JSON. */
  readonly isQuoted: boolean;
  /** In the query of a URL. */
  readonly inQuery: boolean;
  /** By an equals sign, not a colon. */
  readonly isEquals: boolean;
  readonly placeholders: Placeholders;
}

const QUOTES = charSet('"\'`');
const BLANK = charSet(' \t');
const WHITE = charSet(' \t\r\n');
const LINE_END_LIMIT = 32;
const BLOCK = /^[|>][-+]?\r?\n[ \t]{1,24}/;
const PREFIX: ReadonlySet<string> = new Set([...'@$bBrRfFuUL']);
/** What follows a closing quote. */
const CLOSED: ReadonlySet<string> = new Set([...',;)}]']);
const BACKSLASH = charSet('\\');
/** What a bare value is made of: everything but white space, quotes, brackets, `,` `;` and `|`. */
const BARE = charSet('!#-&*+.-:=?-Z^_a-z~-');
const QUERY = charSet('!$%*-~');
const QUOTED_LIMIT = 16_384;
/** So much of a bare value decides whether it is one; if it is, all of it goes. */
const TEST_LIMIT = 96;

/** Values that are no secrets: literals, types, references, templates. */
const HARMLESS =
  /^(?:null|nil|none|undefined|true|false|yes|no|on|off|string|str|number|int|integer|boolean|bool|object|array|function|symbol|any|void|include|omit|same-origin|empty|required|optional|expired|invalid|missing|unset|default|changeme_not_set|self|this|\[?(?:redacted|masked|hidden|filtered)\]?|0x[\da-f]{1,4}|\*+|x+|\.+|-+|_+)$/i;

/** What stands before a credential in the value of a header. */
const SCHEME =
  /^(?:bearer|basic|token|digest|negotiate|apikey|api-key|ssws|ntlm|hoba|aws4-hmac-sha256|sharedaccesssignature|splunk|key)[ \t]{1,8}/i;
const SCHEME_LIMIT = 40;

/** `$NAME`, `%NAME%`, `%s`. */
const VARIABLE = /^(?:\$\(?[A-Za-z_]\w{0,40}\)?|%\w{1,40}%|%[sdv])$/;

/** The value after an operator that ends at `from`; undefined if there is none worth hiding. */
export function findValue(text: string, from: number, how: Assigned): Value | undefined {
  let index = from;
  // `==`, `=>`, `:=`
  while (index < from + 2 && (text.charCodeAt(index) === 61 || text.charCodeAt(index) === 62)) index++;
  const blankEnd = runEnd(text, index, BLANK);
  const hasBlank = blankEnd > index;
  const block = skipBlockMark(text, blankEnd);
  index = block > blankEnd ? block : skipPrefix(text, skipLineEnd(text, blankEnd));
  if (text.charCodeAt(index) === 91 && !how.placeholders.isAt(text, index))
    index = runEnd(text, index + 1, BLANK);
  const mark = encodedQuoteAt(text, index);
  if (mark !== '') return findEncoded(text, index + mark.length, mark, how.placeholders);
  const slashes = runEnd(text, index, BACKSLASH) - index;
  const quoteAt = index + slashes;
  if (
    slashes < 8 &&
    quoteAt < text.length &&
    text.charCodeAt(quoteAt) < 128 &&
    QUOTES[text.charCodeAt(quoteAt)] === 1
  ) {
    return isClosingQuote(text, quoteAt, hasBlank, how)
      ? undefined
      : findQuoted(text, quoteAt, slashes, how.placeholders);
  }
  return slashes > 0 ? undefined : findBare(text, index, hasBlank, how);
}

/** A quoted value may stand on the next line. */
function skipLineEnd(text: string, at: number): number {
  const code = text.charCodeAt(at);
  if (code !== 10 && code !== 13) return at;
  const next = runEnd(text, at, WHITE, at + LINE_END_LIMIT);
  const quote = text.charCodeAt(next);
  return quote < 128 && QUOTES[quote] === 1 ? next : at;
}

/** `password: |` of YAML, whose value stands on the next line. */
function skipBlockMark(text: string, at: number): number {
  const code = text.charCodeAt(at);
  if (code !== 124 && code !== 62) return at;
  const mark = BLOCK.exec(text.slice(at, at + LINE_END_LIMIT))?.[0];
  return mark === undefined ? at : at + mark.length;
}

/** `@"…"`, `b'…'`, `$"…"`: what languages put in front of a string. */
function skipPrefix(text: string, at: number): number {
  const quote = text.charCodeAt(at + 1);
  return quote < 128 && QUOTES[quote] === 1 && PREFIX.has(text[at] as string) ? at + 1 : at;
}

/** The quote behind the colon ends a text: `"Password:", "next"`, `"password: " + it`. */
function isClosingQuote(text: string, at: number, hasBlank: boolean, how: Assigned): boolean {
  if (how.isQuoted || how.isEquals) return false;
  if (text.startsWith(' + ', at + 1)) return true;
  return !hasBlank && CLOSED.has(text[at + 1] ?? '') && text.charCodeAt(at) !== 96;
}

function findQuoted(
  text: string,
  open: number,
  slashes: number,
  placeholders: Placeholders,
): Value | undefined {
  const start = open + 1;
  if (placeholders.isAt(text, afterScheme(text, start))) return undefined;
  const quote = text[open] as string;
  const limit = Math.min(text.length, start + QUOTED_LIMIT);
  const end =
    slashes > 0
      ? escapedEnd(text, start, '\\'.repeat(slashes) + quote, limit)
      : quotedEnd(text, start, quote, limit);
  if (end - start < 2 || isHarmless(text.slice(start, Math.min(end, start + 64)))) return undefined;
  return { start, end };
}

/** `&quot;x&quot;`, `\\u0022x\\u0022`, `%22x%22`. */
function findEncoded(
  text: string,
  start: number,
  mark: string,
  placeholders: Placeholders,
): Value | undefined {
  if (placeholders.isAt(text, afterScheme(text, start))) return undefined;
  const end = escapedEnd(text, start, mark, Math.min(text.length, start + QUOTED_LIMIT));
  return end - start < 2 || isHarmless(text.slice(start, Math.min(end, start + 64)))
    ? undefined
    : { start, end };
}

/** Where the credential begins: behind `Bearer ` or another scheme. */
export function afterScheme(text: string, at: number): number {
  return at + (SCHEME.exec(text.slice(at, at + SCHEME_LIMIT))?.[0].length ?? 0);
}

function quotedEnd(text: string, start: number, quote: string, limit: number): number {
  const code = quote.charCodeAt(0);
  for (let index = start; index < limit; index++) {
    const each = text.charCodeAt(index);
    if (each === code) return index;
    if (each === 92) index++;
  }
  return limit;
}

function escapedEnd(text: string, start: number, close: string, limit: number): number {
  const found = text.indexOf(close, start);
  return found < 0 || found > limit ? limit : found;
}

function findBare(text: string, start: number, hasBlank: boolean, how: Assigned): Value | undefined {
  // `::` is a scope operator or an empty value.
  if (text.charCodeAt(start) === 58 || how.placeholders.isAt(text, start)) return undefined;
  const end = bareEnd(text, start, how.inQuery, start + TEST_LIMIT);
  const length = end - start;
  if (length === 0) return undefined;
  if (how.isQuoted) return findBareInJson(text, start, end);
  const value = text.slice(start, end);
  if (isHarmless(value) || isReference(text, start, end)) return undefined;
  if (hasBlank && CODE.test(value)) return undefined;
  const isTight = how.isEquals && !hasBlank;
  const isSecret = how.inQuery || (isTight ? length >= 3 : looksChosen(value));
  if (!isSecret) return undefined;
  return { start, end: length < TEST_LIMIT ? end : bareEnd(text, start, how.inQuery, text.length) };
}

/** Numbers of JSON; its literals stay. */
function findBareInJson(text: string, start: number, end: number): Value | undefined {
  const stop = runEnd(text, start, DIGITS);
  if (stop - start >= 3 && stop === end) return { start, end, quote: '"' };
  const value = text.slice(start, end);
  return looksChosen(value) && !isHarmless(value) && !isReference(text, start, end)
    ? { start, end }
    : undefined;
}

function bareEnd(text: string, start: number, inQuery: boolean, limit: number): number {
  const set = inQuery ? QUERY : BARE;
  let end = start;
  const stop = Math.min(limit, text.length);
  while (end < stop) {
    const code = text.charCodeAt(end);
    if (code < 128 && set[code] === 0) break;
    if (inQuery && (code === 38 || code === 59 || code === 60 || code === 62 || code === 92 || code === 93))
      break;
    end++;
  }
  while (end > start && !inQuery && '.:?!'.includes(text[end - 1] as string) && end < text.length) end--;
  return end;
}

/** What programs assign: `options?.apiKey`, `!hasToken`, a comment. */
const CODE =
  /^(?:!{1,2}[A-Za-z_]\w{0,64}|[A-Za-z_$][\w$]{1,64}(?:\??\.[A-Za-z_$][\w$]{1,64}){1,8}|\/[/*].*)$/;

/** `$VAR`, `${var}`, `%s`, `:name`, `?`, `<name>`, `{{x}}`, `process.env.X`, `getToken(…)`: names, not values. */
function isReference(text: string, start: number, end: number): boolean {
  const first = text.charCodeAt(start);
  const after = text.charCodeAt(end);
  if (after === 40 || after === 91) return true;
  if (first === 36 || first === 63 || first === 60 || first === 123) return end - start < 40;
  if (first === 37) return end - start <= 3;
  if (first === 58) return true;
  return /^(?:process\.env|os\.environ|env\.|self\.|this\.|config\.|settings\.|req\.|ctx\.|await$|new$|https?:)/.test(
    text.slice(start, start + 12),
  );
}

/** True for what stands where a secret would stand but is none. */
export function isHarmless(value: string): boolean {
  return (
    HARMLESS.test(value) ||
    VARIABLE.test(value) ||
    value.startsWith('${') ||
    value.startsWith('{{') ||
    value.startsWith('<')
  );
}

/** Has what people put into passwords and programs into tokens, and words of a sentence lack. */
function looksChosen(value: string): boolean {
  if (value.length < 4) return value.length === 3 && /^\d{3}$/.test(value);
  let symbols = 0;
  for (let index = 0; index < value.length; index++) {
    const code = value.charCodeAt(index);
    if (isDigit(code)) return true;
    if (!isAlnum(code) && code !== 46 && code !== 45 && code !== 95 && code < 128) symbols++;
  }
  return symbols > 0 && value.length >= 6;
}

/** Longer runs than ids have, of letters and digits in no order, are made by a program. */
const MIXED_LENGTH = 20;
const SINGLE_CASE_LENGTH = 30;
const TOKEN_LENGTH = 16;
const GENERATED = /^[A-Za-z0-9+/=_.~-]+$/;

/**
 * True for what only a program would write, where the key alone does not tell: letters and digits
 * mixed. Of keys that may be those of a map or a cache, hashes, names with dashes and short ids are not.
 */
export function looksGenerated(text: string, start: number, end: number, isToken: boolean): boolean {
  const value = text.slice(start, Math.min(end, start + TEST_LIMIT));
  if (!GENERATED.test(value) || !/\d/.test(value) || !/[A-Za-z]/.test(value)) return false;
  if (isToken) return value.length >= TOKEN_LENGTH;
  if (/^[a-f\d-]+$/i.test(value) || /[-./].*[-./].*[-./]/.test(value)) return false;
  const isMixed = /[a-z]/.test(value) && /[A-Z]/.test(value) && value.split(/[A-Z]/).length > 3;
  return value.length >= (isMixed ? MIXED_LENGTH : SINGLE_CASE_LENGTH);
}
