import { charSet, runStart } from '../chars.ts';

/** Quotation marks as pages, scripts and queries write them. */
const MARKS = ['\\u0022', '\\u0027', '&quot;', '&apos;', '&#34;', '&#39;', '&#x22;', '&#x27;', '%22', '%27'];
const FIRST = charSet('\\&%');
const LAST = charSet(';27');

/** The encoded quotation mark that begins at a place; empty if there is none. */
export function encodedQuoteAt(text: string, at: number): string {
  const code = text.charCodeAt(at);
  if (!(code < 128) || FIRST[code] === 0) return '';
  return MARKS.find((mark) => text.startsWith(mark, at)) ?? '';
}

/** The encoded quotation mark that ends before a place; empty if there is none. */
export function encodedQuoteBefore(text: string, end: number): string {
  const code = text.charCodeAt(end - 1);
  if (!(code < 128) || LAST[code] === 0) return '';
  return MARKS.find((mark) => text.startsWith(mark, end - mark.length)) ?? '';
}

/** What keys are made of; letters of Latin alphabets come to it. */
const KEY = charSet('A-Za-z0-9_.-');
const BACKSLASH = 92;
const PERCENT = 37;
const ESCAPE = /^(?:u00[\da-fA-F]{2}|[nrt])(?=[A-Za-z_]{2})/;

/** Where the key begins that ends before `end`; what an escape ends in (`%3F`, `\\u0022`, `\\n`) is no part of it. */
export function keyStart(text: string, end: number, limit: number): number {
  let start = runStart(text, end, KEY, limit);
  while (end - start < limit && isLatinLetter(text.charCodeAt(start - 1)))
    start = runStart(text, start - 1, KEY, limit - (end - start) - 1);
  const before = text.charCodeAt(start - 1);
  if (before === PERCENT && end - start > 3) return start + 2;
  if (before === BACKSLASH) return start + (ESCAPE.exec(text.slice(start, end))?.[0].length ?? 0);
  return start;
}

/** `ñ`, `ö`, `ł`: letters beyond ASCII of languages that write in Latin letters. */
function isLatinLetter(code: number): boolean {
  return code >= 0xc0 && code <= 0x24f;
}
