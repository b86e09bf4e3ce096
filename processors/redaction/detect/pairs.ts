import { charSet, runEnd, runStart } from '../chars.ts';
import { endsInSecretWord, splitWords } from '../key-rules.ts';
import { type Match, match, type WordDetector } from '../match.ts';
import { isHarmless } from './value.ts';

/** The last words of names that stand beside their values, where a word of the text begins. */
const NAMES = (
  'password passwd secret token key apikey accesskey secretkey privatekey clientsecret accesstoken refreshtoken authtoken ' +
  'authorization cookie'
).split(' ');

const NAME = charSet('A-Za-z0-9_.:-');
const NAME_LIMIT = 64;
/** Between a name and its value: `",\n "value": "`, `', '`, `" value="`. */
const BETWEEN = charSet(' \t\r\n,:=\\"\'');
const BETWEEN_LIMIT = 64;
const VALUE_LIMIT = 16_384;
const WHITE = charSet(' \t\r\n');
const CONTENT = charSet(' \t\r\n!-;=-~');

/**
 * A name that says that its value is secret, and the value not assigned but beside it:
 * `{"name":"DB_PASSWORD","value":"…"}`, `setProperty("api_token", "…")`, `['Cookie', '…']`,
 * `<add key="Password" value="…"/>`, `<password>…</password>`.
 */
export const PAIRS: readonly WordDetector[] = NAMES.flatMap((name) => [
  ...['"', "'", '\\'].map((quote) => pair(name, quote, findBeside)),
  pair(name, '>', findElement),
]);

function pair(
  name: string,
  after: string,
  find: (text: string, start: number, end: number) => Match | undefined,
): WordDetector {
  const prefix = name + after;
  return {
    name: 'pair',
    kind: 'secret',
    prefix,
    anyCase: true,
    find(text, at) {
      const end = at + name.length;
      const start = runStart(text, at, NAME, NAME_LIMIT);
      return endsInSecretWord(splitWords(text.slice(start, end))) ? find(text, start, end) : undefined;
    },
  };
}

/** The quoted value after a quoted name. Both are quoted alike. */
function findBeside(text: string, start: number, end: number): Match | undefined {
  const close = runEnd(text, end, BACKSLASH, end + 4);
  const quote = text.slice(end, close + 1);
  if (!text.startsWith(quote, start - quote.length)) return undefined;
  const from = runEnd(text, close + 1, WHITE, close + 1 + BETWEEN_LIMIT);
  let isNamed = true;
  const hasComma = text.charCodeAt(from) === COMMA;
  let open = runEnd(text, hasComma ? from + 1 : from, BETWEEN, from + BETWEEN_LIMIT);
  if (VALUE.test(text.slice(open, open + 8))) open = runEnd(text, open + 5, BETWEEN, open + BETWEEN_LIMIT);
  else if (!hasComma) return undefined;
  else isNamed = false;
  if (!text.startsWith(quote, open - quote.length)) return undefined;
  const stop = text.indexOf(quote, open);
  if (stop === open || (stop > open && stop - open > VALUE_LIMIT)) return undefined;
  const valueEnd = stop < 0 ? Math.min(text.length, open + VALUE_LIMIT) : stop;
  if (!isNamed && !CHOSEN.test(text.slice(open, Math.min(valueEnd, open + 64)))) return undefined;
  return secretAt(text, open, valueEnd);
}

/** In a list of names (`required: ["password", "email"]`) the next one is a name too. */
const CHOSEN = /[\d!#$%&*+/=?@^~]/;

const BACKSLASH = charSet('\\');
const COMMA = 44;
const VALUE = /^values?\b/i;

/** The text of an XML element. */
function findElement(text: string, start: number, end: number): Match | undefined {
  if (text.charCodeAt(start - 1) !== 60) return undefined;
  const from = runEnd(text, end + 1, WHITE, end + BETWEEN_LIMIT);
  let stop = runEnd(text, from, CONTENT, from + VALUE_LIMIT);
  const isClosed = text.startsWith('</', stop);
  // Cut off, or the end of a type (`Promise<Token>`).
  const rest = text.slice(from, stop);
  if (!isClosed && (stop < text.length || !CHOSEN.test(rest) || /\s/.test(rest))) return undefined;
  while (stop > from && text.charCodeAt(stop - 1) <= 32) stop--;
  return secretAt(text, from, stop);
}

function secretAt(text: string, start: number, end: number): Match | undefined {
  const head = text.slice(start, Math.min(end, start + 64));
  const isName = /^[A-Za-z]+$/.test(head) && endsInSecretWord(splitWords(head));
  if (end - start < 3 || isName || isHarmless(head) || /^\[[\w#:]*\]/.test(head)) return undefined;
  return match(start, end, 'secret', 'pair');
}
