import { charSet, isDigit, looksRandom, runEnd } from '../chars.ts';
import { type Match, match, type WordDetector } from '../match.ts';

const VALUE = charSet('!#-&*+.-9=?-Z^_a-z~-');
const QUOTE = charSet('"\'`');
/** A value is looked at this far; a credential in a sentence is not longer. */
const LIMIT = 256;

/** `password hunter2`, `password is hunter2`, `password 'x'`: what a sentence or `.netrc` says. */
export const PROSE: readonly WordDetector[] = [
  ...['password ', 'passwd ', 'pwd ', 'passphrase '].map((prefix) => told(prefix, isPassword)),
  ...['token ', 'secret '].map((prefix) => told(prefix, isToken)),
];

function told(prefix: string, isSecret: (value: string) => boolean): WordDetector {
  return {
    name: 'prose',
    kind: 'secret',
    prefix,
    anyCase: true,
    find: (text, at) => findTold(text, at + prefix.length, isSecret),
  };
}

function findTold(text: string, from: number, isSecret: (value: string) => boolean): Match | undefined {
  const verb = ['is ', 'was ', 'to ', 'set to '].find((word) => text.startsWith(word, from)) ?? '';
  const open = from + verb.length;
  const start = runEnd(text, open, QUOTE, open + 1);
  let end = runEnd(text, start, VALUE, start + LIMIT);
  while (end > start && '.?!'.includes(text[end - 1] as string)) end--;
  return isSecret(text.slice(start, end)) ? match(start, end, 'secret', 'prose') : undefined;
}

/** Secret keys of AWS, in which a slash makes no path. */
const AWS_SECRET = /^(?=[^a-z]*[a-z])(?=[^A-Z]*[A-Z])(?=\D*\d)[A-Za-z\d+/]{40}$/;

/** Letters and digits together, which a word of a sentence is not; versions and paths are not either. */
function isPassword(value: string): boolean {
  if (AWS_SECRET.test(value)) return true;
  if (value.length < 5 || value.includes('/') || value.includes('=') || /^[$%?<]/.test(value)) return false;
  let digits = 0;
  for (let index = 0; index < value.length; index++) if (isDigit(value.charCodeAt(index))) digits++;
  return digits > 0 && digits < value.length;
}

function isToken(value: string): boolean {
  return value.length >= 20 && isPassword(value) && looksRandom(value, 0, value.length);
}
