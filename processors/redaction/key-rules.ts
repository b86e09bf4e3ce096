import {
  COUNTING_WORDS,
  HARMLESS_BEFORE,
  HARMLESS_KEYS,
  LAST_PAIRS,
  LAST_TRIPLES,
  LAST_WORDS,
  SHORT_KEY_WORDS,
} from './key-words.ts';

/** What a key tells of a value in a text. */
export const NOTHING = 0;
/** It is secret. */
export const SECRET = 1;
/** It is a token of something: secret if it looks like one. */
export const TOKEN = 2;
/** It is a key of something, such as a provider, or a cache. */
export const KEY_OF_SOMETHING = 3;
export type Told = typeof NOTHING | typeof SECRET | typeof TOKEN | typeof KEY_OF_SOMETHING;

/** What the name of a key says about its value. */
export interface KeyVerdict {
  /** The value must go, whatever it is. */
  readonly blocked: boolean;
  /** The user vouches for the value: it is never touched. */
  readonly allowed: boolean;
  /** Digits there count or identify things, so that a run of them is no card number. */
  readonly counting: boolean;
  /** The value is text that people or programs wrote: it may be longer than other values. */
  readonly content: boolean;
  /** The value is a database statement. */
  readonly statement: boolean;
  /** The value is a URL or the query of one. */
  readonly url: boolean;
  /** A list whose items may be names and values in turn: options of a command, headers. */
  readonly alternating: boolean;
  /** What the key tells where it is not blocked; the value has to tell the rest. */
  readonly hint: Told;
}

/** Keys to add to the built-in rules; `*` stands for any characters, case is ignored. */
export interface KeyRuleOptions {
  readonly allowKeys?: readonly string[];
  readonly blockKeys?: readonly string[];
}

/** How many keys are remembered; an application has a few hundred. */
const MEMORY = 4_096;
/** Longest text that is taken for a name. */
const NAME_LENGTH = 64;
/** Longer keys are judged by their end, where the telling words are. */
const KEY_LENGTH = 256;

/** Judges keys by their names, and remembers the verdicts. */
export class KeyRules {
  private readonly verdicts = new Map<string, KeyVerdict>();
  private readonly allow: (key: string) => boolean;
  private readonly block: (key: string) => boolean;
  /** Any key may be blocked, not just those that end in words known here. */
  readonly blocksAny: boolean;

  constructor({ allowKeys = [], blockKeys = [] }: KeyRuleOptions = {}) {
    this.allow = matcher(allowKeys);
    this.block = matcher(blockKeys);
    this.blocksAny = blockKeys.length > 0;
  }

  /** The verdict on a key. */
  judge(key: string): KeyVerdict {
    return this.verdicts.get(key) ?? this.judgeAnew(key);
  }

  /** True for a text that is the name of something secret, as in `{ name: 'DB_PASSWORD', value: '…' }`. */
  namesSecret(name: unknown): name is string {
    return (
      typeof name === 'string' && name.length <= NAME_LENGTH && !/\s/.test(name) && this.judge(name).blocked
    );
  }

  /**
   * The name in front of an item of a list, if that says that the item is secret: `--password` in the
   * arguments of a command, `Authorization` in a list of headers.
   */
  nameBefore(list: readonly unknown[], index: number, key: string): string | undefined {
    const before = list[index - 1];
    if (typeof before !== 'string' || !this.judge(key).alternating) return undefined;
    const name = before.replace(/^--?/, '');
    return (name !== before || index % 2 === 1) && this.namesSecret(name) ? name : undefined;
  }

  private judgeAnew(key: string): KeyVerdict {
    const tail = key.length > KEY_LENGTH ? key.slice(-KEY_LENGTH) : key;
    const parts = withoutNumber(splitWords(tail));
    const allowed = this.allow(tail);
    const verdict: KeyVerdict = {
      allowed,
      blocked: !allowed && (this.block(tail) || endsInSecretWord(parts) || isSecretVariable(tail, parts)),
      counting: COUNTING_WORDS.has(parts.at(-1) ?? ''),
      content: CONTENT_KEY.has(tail) || CONTENT_WORDS.has(parts.at(-1) ?? ''),
      statement: STATEMENT_KEYS.has(tail),
      url: URL_KEYS.has(tail),
      alternating: ALTERNATING.has(parts.at(-1) ?? ''),
      hint: hintOf(parts),
    };
    if (this.verdicts.size >= MEMORY) this.verdicts.clear();
    if (key.length <= KEY_LENGTH) this.verdicts.set(key, verdict);
    return verdict;
  }
}

/** Lists such as `process.command_args` and `rawHeaders`. */
const ALTERNATING = new Set(['args', 'argv', 'arguments', 'headers', 'header']);

/** Source: semantic conventions for databases, current and former names. */
const STATEMENT_KEYS = new Set(['db.query.text', 'db.statement']);
/** Source: semantic conventions for HTTP and URLs, current and former names. */
const URL_KEYS = new Set(['url.full', 'url.query', 'url.original', 'http.url', 'http.target']);
const CONTENT_KEY = new Set([
  'db.query.text',
  'db.statement',
  'graphql.document',
  'gen_ai.prompt',
  'gen_ai.completion',
]);
const CONTENT_WORDS = new Set([
  'messages',
  'message',
  'content',
  'prompt',
  'completion',
  'instructions',
  'stacktrace',
  'stack',
  'documents',
  'arguments',
  'result',
  'definitions',
  'explanation',
  'body',
  'value',
  'text',
]);

/**
 * The words of a key in lower case: split at everything that is not a letter or digit, and where
 * a lower-case letter or digit meets a capital (`dbPassword`, `OPENAI_API_KEY`, `HTTPSToken`).
 */
export function splitWords(key: string): string[] {
  const parts: string[] = [];
  let start = -1;
  for (let index = 0; index <= key.length; index++) {
    const kind = index < key.length ? kindOf(key.charCodeAt(index)) : OTHER;
    if (start >= 0 && (kind === OTHER || startsWord(key, index, kind))) {
      parts.push(key.slice(start, index).toLowerCase());
      start = -1;
    }
    if (kind !== OTHER && start < 0) start = index;
  }
  return parts;
}

const OTHER = 0;
const LOWER = 1;
const UPPER = 2;
const DIGIT = 3;

function kindOf(code: number): number {
  if (code >= 97 && code <= 122) return LOWER;
  if (code >= 65 && code <= 90) return UPPER;
  if (code >= 48 && code <= 57) return DIGIT;
  if (!(code >= 0xc0 && code <= 0x24f)) return OTHER;
  // `contraseña`: letters of Latin alphabets.
  const letter = String.fromCharCode(code);
  return letter === letter.toLowerCase() ? LOWER : UPPER;
}

function startsWord(key: string, index: number, kind: number): boolean {
  if (kind !== UPPER) return false;
  const before = kindOf(key.charCodeAt(index - 1));
  if (before === LOWER || before === DIGIT) return true;
  return before === UPPER && kindOf(key.charCodeAt(index + 1)) === LOWER;
}

/** `token2`, `API_KEY_1`: a number at the end counts. */
function withoutNumber(parts: string[]): string[] {
  const last = parts.at(-1) ?? '';
  const word = last.replace(/\d{1,3}$/, '');
  if (word === last || LAST_WORDS.has(last)) return parts;
  return word === '' ? parts.slice(0, -1) : [...parts.slice(0, -1), word];
}

function hintOf(parts: readonly string[]): Told {
  const last = parts.at(-1) ?? '';
  const before = parts.at(-2) ?? '';
  if (last === 'token') return HARMLESS_BEFORE.has(before) ? NOTHING : TOKEN;
  return last === 'key' && before !== '' && !HARMLESS_KEYS.has(before) ? KEY_OF_SOMETHING : NOTHING;
}

/** Words written together: `PGPASSWORD`, `SLAPIKEY`. */
const SUFFIX =
  /(?:password|passwd|passphrase|apikey|secretkey|accesskey|privatekey|accesstoken|authtoken|clientsecret)$/;

/** Environment variables such as `CI_JOB_TOKEN` name credentials, however many words they have. */
function isSecretVariable(key: string, parts: readonly string[]): boolean {
  return parts.at(-1) === 'token' && key.endsWith('_TOKEN') && !HARMLESS_BEFORE.has(parts.at(-2) ?? '');
}

/** True if the key ends in a word, or words, that name a secret. */
export function endsInSecretWord(parts: readonly string[]): boolean {
  const count = parts.length;
  if (count === 0) return false;
  const last = parts[count - 1] as string;
  if (LAST_WORDS.has(last) || SUFFIX.test(last)) return true;
  const before = count > 1 ? (parts[count - 2] as string) : '';
  if (before !== '' && LAST_PAIRS.has(`${before} ${last}`)) return true;
  if (count > 2 && LAST_TRIPLES.has(`${parts[count - 3]} ${before} ${last}`)) return true;
  return SHORT_KEY_WORDS.has(last) && count <= 2 && !HARMLESS_BEFORE.has(before);
}

/** A test for a list of key patterns. `*` is the only wildcard, so matching takes linear time. */
function matcher(patterns: readonly string[]): (key: string) => boolean {
  if (patterns.length === 0) return () => false;
  const exact = new Set<string>();
  const wild: string[][] = [];
  for (const pattern of patterns.map((each) => each.toLowerCase())) {
    if (pattern.includes('*')) wild.push(pattern.split('*'));
    else exact.add(pattern);
  }
  return (key) => {
    const lower = key.toLowerCase();
    return exact.has(lower) || wild.some((pieces) => matchesPieces(lower, pieces));
  };
}

function matchesPieces(key: string, pieces: readonly string[]): boolean {
  const first = pieces[0] as string;
  const last = pieces.at(-1) as string;
  if (!key.startsWith(first) || !key.endsWith(last) || key.length < first.length + last.length) return false;
  let from = first.length;
  for (const piece of pieces.slice(1, -1)) {
    const at = key.indexOf(piece, from);
    if (at < 0 || at + piece.length > key.length - last.length) return false;
    from = at + piece.length;
  }
  return true;
}
