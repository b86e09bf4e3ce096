import { ALNUM, charSet, isAlnum, isDigit, runEnd } from './chars.ts';

const NUMBER = charSet('0-9A-Fa-fxX._');
const TAG = charSet('A-Za-z0-9_');

/**
 * A database statement with `?` in the place of its literals: quoted texts, dollar-quoted texts of
 * PostgreSQL, numbers, hexadecimal and bit strings. Names in double quotes, backticks and square
 * brackets, placeholders and comments' structure stay; comments themselves go, since programs put
 * values into them. Linear in the length. An unterminated literal is cut to its end.
 *
 * Source: semantic conventions for databases, "Sanitization of db.query.text".
 */
export function sanitizeSql(statement: string): string {
  let result = '';
  let kept = 0;
  let index = 0;
  while (index < statement.length) {
    const [end, replacement] = literalAt(statement, index);
    if (end > index) {
      if (replacement !== undefined) {
        result += statement.slice(kept, index) + replacement;
        kept = end;
      }
      index = end;
    } else {
      index++;
    }
  }
  return kept === 0 ? statement : result + statement.slice(kept);
}

/** The end of the token at `at` and its replacement; undefined keeps the token. */
function literalAt(text: string, at: number): readonly [end: number, replacement?: string] {
  const char = text[at] as string;
  if (char === "'") return [quotedEnd(text, at, "'"), '?'];
  if (char === '"' || char === '`') return [quotedEnd(text, at, char)];
  if (char === '-' && text[at + 1] === '-') return [endOrAll(text, text.indexOf('\n', at), 0), ''];
  if (char === '/' && text[at + 1] === '*') return [endOrAll(text, text.indexOf('*/', at + 2), 2), ''];
  if (char === '$') return dollarQuoted(text, at);
  const code = text.charCodeAt(at);
  if (isDigit(code)) return [runEnd(text, at, NUMBER), '?'];
  if (isAlnum(code) || char === '_') return word(text, at);
  if (char === ':' || char === '@') return [Math.max(at + 1, runEnd(text, at + 1, TAG))];
  return [at];
}

/** `x'ff'`, `N'text'` and `E'text'` are literals whose first letter goes with them. */
function word(text: string, at: number): readonly [number, string?] {
  const end = runEnd(text, at, TAG);
  const isPrefix = end === at + 1 && text[end] === "'" && 'xXnNeEbB'.includes(text[at] as string);
  return isPrefix ? [quotedEnd(text, end, "'"), '?'] : [end];
}

function quotedEnd(text: string, open: number, quote: string): number {
  for (let index = open + 1; index < text.length; index++) {
    if (text[index] === '\\' && quote === "'") index++;
    else if (text[index] === quote) {
      if (text[index + 1] !== quote) return index + 1;
      index++;
    }
  }
  return text.length;
}

function dollarQuoted(text: string, at: number): readonly [number, string?] {
  const tagEnd = runEnd(text, at + 1, TAG, at + 64);
  if (text[tagEnd] !== '$' || isDigit(text.charCodeAt(at + 1)))
    return [Math.max(at + 1, runEnd(text, at + 1, ALNUM))];
  const tag = text.slice(at, tagEnd + 1);
  return [endOrAll(text, text.indexOf(tag, tagEnd + 1), tag.length), '?'];
}

function endOrAll(text: string, found: number, width: number): number {
  return found < 0 ? text.length : found + width;
}
