import { charSet, runEnd, runStart } from '../chars.ts';
import { BETWEEN, BETWEEN_LIMIT } from '../key-endings.ts';
import { KEY_OF_SOMETHING, type KeyRules, NOTHING, SECRET, TOKEN, type Told } from '../key-rules.ts';
import { QUERY_KEYS } from '../key-words.ts';
import type { Kind } from '../kinds.ts';
import type { Placeholders } from '../placeholders.ts';
import { encodedQuoteBefore, keyStart } from './encoded-quotes.ts';
import { afterScheme, findValue, isHarmless, looksGenerated, type Value } from './value.ts';

const KEY = charSet('A-Za-z0-9_.-');
const COLON = 58;
const BACKSLASH_CODE = 92;
/** Before a colon `::` is no operator (`Token::verify`). */
const BETWEEN_COLON = charSet('"\'`\\] ?!');
const KEY_LIMIT = 64;
/** Words that say nothing without the one before them: `access key: …`, `api token = …`. */
const JOINED = new Set([
  'key',
  'token',
  'number',
  'code',
  'string',
  'phrase',
  'password',
  'card',
  'security',
]);
/** A type between a name and its value: `apiToken: string = …`, `var token string = …`. */
const TYPE = 'string';
/** What the search for assignments knows. */
export interface AssignmentRules {
  readonly keys: KeyRules;
  readonly placeholders: Placeholders;
}

/** An assignment to a key whose name says that the value is secret. */
export interface Assignment extends Value {
  readonly kind: Kind;
}

/**
 * The value assigned at the `:` or `=` at `at`, if the key before it names a secret: `password=x`,
 * `"apiKey": "x"`, `\"token\":\"x\"`, `Cookie: a=b`, `?sig=x`, `secret => x`, `access key: x`.
 *
 * @param width length of the operator: 1, or 3 for `%3D`
 */
export function findAssignment(
  text: string,
  at: number,
  width: number,
  { keys, placeholders }: AssignmentRules,
): Assignment | undefined {
  const isColon = text.charCodeAt(at) === COLON;
  const open = runStart(text, at, isColon ? BETWEEN_COLON : BETWEEN, BETWEEN_LIMIT);
  const mark = encodedQuoteBefore(text, open);
  const keyEnd = open - mark.length;
  const start = keyStart(text, keyEnd, KEY_LIMIT);
  if (keyEnd - start < 2) return undefined;
  const key = text.slice(start, keyEnd);
  const inQuery = isQuerySeparator(text, start);
  const told = whatItTells(text, key, start, inQuery, keys);
  if (told === NOTHING) return undefined;
  const after = text.charCodeAt(keyEnd);
  const isQuoted = mark !== '' || isQuote(after) || after === BACKSLASH_CODE;
  const lower = key.toLowerCase();
  if (lower.endsWith('cookie')) return findHeader(text, at + width, 'cookie', placeholders);
  if (lower.endsWith('authorization')) return findHeader(text, at + width, 'token', placeholders);
  const how = { isQuoted, inQuery, isEquals: !isColon, placeholders };
  const value = findValue(text, at + width, how);
  if (value && isWorkingDirectory(text, key, value.start)) return undefined;
  if (value && told !== SECRET && !looksGenerated(text, value.start, value.end, told === TOKEN))
    return undefined;
  return value && { ...value, kind: inQuery ? 'url_query' : 'secret' };
}

function isQuerySeparator(text: string, start: number): boolean {
  const before = text.charCodeAt(start - 1);
  return before === 63 || before === 38;
}

/** `PWD` of a shell is where it stands. */
function isWorkingDirectory(text: string, key: string, start: number): boolean {
  return text.charCodeAt(start) === 47 && /^(?:OLD)?PWD$/.test(key);
}

function isQuote(code: number): boolean {
  return code === 34 || code === 39 || code === 96;
}

function whatItTells(text: string, key: string, start: number, inQuery: boolean, keys: KeyRules): Told {
  const lower = key.toLowerCase();
  if (inQuery && QUERY_KEYS.has(lower)) return SECRET;
  const verdict = keys.judge(key);
  if (verdict.allowed) return NOTHING;
  if (verdict.blocked) return SECRET;
  const before = wordBefore(text, start, lower === TYPE);
  if (before !== '') {
    if (JOINED.has(lower) && keys.judge(`${before}_${key}`).blocked) return SECRET;
    if (lower === TYPE && keys.judge(before).blocked) return SECRET;
  }
  if (inQuery && lower === 'key') return KEY_OF_SOMETHING;
  return verdict.hint;
}

/** The word in front of a blank, or in front of a colon and a blank where a type may stand. */
function wordBefore(text: string, start: number, isType: boolean): string {
  if (text.charCodeAt(start - 1) !== 32) return '';
  const end = isType && text.charCodeAt(start - 2) === COLON ? start - 2 : start - 1;
  return text.slice(runStart(text, end, KEY, KEY_LIMIT), end);
}

/** `--password x` and `--api-key x` at the dashes. */
export function findFlag(
  text: string,
  at: number,
  { keys, placeholders }: AssignmentRules,
): Assignment | undefined {
  const start = at + 2;
  const end = runEnd(text, start, KEY);
  if (end - start < 2 || end - start > KEY_LIMIT || text.charCodeAt(end) !== 32) return undefined;
  const key = text.slice(start, end);
  if (text.charCodeAt(end + 1) === 45) return undefined;
  if (USER_FLAGS.has(key)) return findUserAndPassword(text, end + 1);
  if (!keys.judge(key).blocked) return undefined;
  // Before another option a mere word is a value, too; elsewhere it may be one of a sentence.
  const from = WORD_AND_OPTION.test(text.slice(end, end + KEY_LIMIT)) ? end + 1 : end;
  const value = findValue(text, from, { isQuoted: false, inQuery: false, isEquals: true, placeholders });
  return value && { ...value, kind: 'secret' };
}

const WORD_AND_OPTION = /^ (?!password|passwd|secret|token|value|text)[a-z]{6,40} --?[a-z]/;

/** Options that take `user:password`. */
const USER_FLAGS: ReadonlySet<string> = new Set(['user', 'proxy-user', 'auth', 'creds']);
const QUOTE = charSet('"\'');
const USER = charSet('!#-&(-9;-[]-_a-~');
const USER_LIMIT = 128;

/** The password of `--user name:password`, whose name begins at `from`. */
export function findUserAndPassword(text: string, from: number): Assignment | undefined {
  const open = runEnd(text, from, QUOTE, from + 1);
  const colon = runEnd(text, open, USER, open + USER_LIMIT);
  if (text.charCodeAt(colon) !== COLON) return undefined;
  const end = runEnd(text, colon + 1, USER, colon + USER_LIMIT);
  const isSecret = end - colon > 3 && !isHarmless(text.slice(colon + 1, end));
  return isSecret ? { start: colon + 1, end, kind: 'secret' } : undefined;
}

const LINE = charSet('!#-&(-[]-_a-~ \t');
/** The parameters of Digest stand in quotes themselves (RFC 7616). */
const DIGEST = charSet('!-&(-[]-_a-~ \t');
const BLANK = charSet(' \t');
const BACKSLASH = charSet('\\');
const COOKIE = /^[^\s=;,"']{1,64}=/;

/** The value of a Cookie or Authorization header: to the end of the line or of the quotation. */
function findHeader(
  text: string,
  from: number,
  kind: Kind,
  placeholders: Placeholders,
): Assignment | undefined {
  let open = runEnd(text, from, BLANK);
  if (text.charCodeAt(open) === 91 && !placeholders.isAt(text, open)) open++;
  const quoteAt = runEnd(text, open, BACKSLASH, open + 8);
  const quote = text.charCodeAt(quoteAt);
  const isQuoted = isQuote(quote);
  // `'No cookie:', error`: the quotation ends here.
  if (quoteAt === from && text.charCodeAt(from + 1) === 44) return undefined;
  const begin = isQuoted ? quoteAt + 1 : open;
  const head = text.slice(begin, begin + 80);
  const scheme = kind === 'token' ? afterScheme(text, begin) - begin : 0;
  const start = begin + scheme;
  if (placeholders.isAt(text, start)) return undefined;
  if (!isQuoted && scheme === 0 && !(kind === 'cookie' && COOKIE.test(head))) {
    const how = { isQuoted: false, inQuery: false, isEquals: false, placeholders };
    const value = findValue(text, from, how);
    return value && { ...value, kind };
  }
  const isDigest = !isQuoted && /^digest/i.test(head);
  const end = trimEnd(text, start, runEnd(text, start, isDigest ? DIGEST : LINE));
  return end - start < 3 || isHarmless(text.slice(start, Math.min(end, start + 64)))
    ? undefined
    : { start, end, kind };
}

function trimEnd(text: string, from: number, end: number): number {
  let index = end;
  while (index > from && text.charCodeAt(index - 1) === 32) index--;
  return index;
}
