import {
  ALNUM,
  BASE64URL,
  charSet,
  DIGITS,
  HEX,
  isAlnum,
  isDigit,
  looksRandom,
  runEnd,
  runStart,
} from '../chars.ts';
import { type Match, match, type WordDetector } from '../match.ts';

const WORDS = charSet('A-Za-z0-9_');
const ATLAS_CHARS = charSet('A-Za-z0-9_=-');
const TILDE = charSet('A-Za-z0-9_.~-');

/**
 * Azure client secrets: three characters, a digit, `Q~`, and 31 to 34 more; found at the tilde. A whole end is
 * enough, whatever it is joined to; a part of one has to begin as they do.
 */
export function findAzureSecret(text: string, tilde: number): Match | undefined {
  if (text.charCodeAt(tilde - 1) !== 81 || !isDigit(text.charCodeAt(tilde - 2))) return undefined;
  const start = runStart(text, tilde, TILDE, 5);
  const end = runEnd(text, tilde + 1, TILDE);
  const isWhole = end - tilde > 31 && looksRandom(text, tilde + 1, tilde + 32);
  const beginsLikeOne = tilde - start === 5 && !isAlnum(text.charCodeAt(start - 1));
  const isCutOff = end === text.length && end - tilde > 6 && beginsLikeOne;
  return isWhole || isCutOff ? match(start, end, 'api_key', 'azure') : undefined;
}

/** Telegram bot tokens, `<5 to 12 digits>:<35 characters>`; found at the colon. */
export function findTelegramToken(text: string, colon: number): Match | undefined {
  const start = runStart(text, colon, DIGITS, 13);
  if (colon - start < 5 || colon - start > 12) return undefined;
  // `bot` stands before the token in the address of the API.
  if (isAlnum(text.charCodeAt(start - 1)) && !text.startsWith('bot', start - 3)) return undefined;
  const end = runEnd(text, colon + 1, BASE64URL);
  const length = end - colon - 1;
  const isOurs = text.startsWith('A', colon + 1);
  const isCutOff = end === text.length && isOurs && length >= 6 && length < 34 && colon - start >= 8;
  const isToken = length === 35 || (length === 34 && isOurs) || isCutOff;
  return isToken && looksRandom(text, colon + 1, end) ? match(start, end, 'api_key', 'telegram') : undefined;
}

/** Words whose following dots and dashes make a credential. */
export const DOTTED: readonly WordDetector[] = [
  { name: 'putty', kind: 'private_key', prefix: 'PuTTY-User-Key-File-', find: findPutty },
  { name: 'resend', kind: 'api_key', prefix: 're_', find: findResend },
  ...['M', 'N', 'O'].flatMap((first) =>
    ['D', 'T', 'j', 'z'].map((second) => ({
      name: 'discord',
      kind: 'api_key' as const,
      prefix: first + second,
      follows: ALNUM,
      find: findDiscord,
    })),
  ),
];

/** Discord bot tokens: `<24 to 28>.<6>.<27 or more>`, the first part a number in Base64. */
function findDiscord(text: string, at: number): Match | undefined {
  const id = runEnd(text, at, ALNUM);
  if (id - at < 23 || id - at > 28 || text.charCodeAt(id) !== 46) return undefined;
  const time = runEnd(text, id + 1, BASE64URL);
  if (time - id !== 7 || text.charCodeAt(time) !== 46) return undefined;
  const end = runEnd(text, time + 1, BASE64URL);
  const isCutOff = end === text.length && looksRandom(text, at, id);
  return end - time > 27 || isCutOff ? match(at, end, 'api_key', 'discord') : undefined;
}

function findResend(text: string, at: number): Match | undefined {
  const id = runEnd(text, at + 3, ALNUM);
  if (id - at !== 11 || text.charCodeAt(id) !== 95) return undefined;
  const end = runEnd(text, id + 1, ALNUM);
  return end - id > 20 ? match(at, end, 'api_key', 'resend') : undefined;
}

function findPutty(text: string, at: number): Match | undefined {
  const mac = text.indexOf('Private-MAC:', at);
  const end = mac < 0 || mac - at > 16_384 ? text.length : runEnd(text, mac + 13, ALNUM);
  return match(at, end, 'private_key', 'putty');
}

/** Zoho access and refresh tokens, `1000.<32>.<32>` in hexadecimal. */
export const ZOHO: WordDetector = {
  name: 'zoho',
  kind: 'api_key',
  prefix: '1000.',
  follows: HEX,
  least: 8,
  find(text, at) {
    const middle = runEnd(text, at + 5, HEX, at + 38);
    if (middle - at !== 37 || text.charCodeAt(middle) !== 46) return undefined;
    const end = runEnd(text, middle + 1, HEX, middle + 34);
    const isToken = end - middle === 33 || (end === text.length && end - middle > 4);
    return isToken && looksRandom(text, at + 5, middle) ? match(at, end, 'api_key', 'zoho') : undefined;
  },
};

/** Terraform Cloud tokens, `<14>.atlasv1.<60 or more>`; found at the marker. */
export const ATLAS: WordDetector = {
  name: 'terraform',
  kind: 'api_key',
  prefix: 'atlasv1.',
  find(text, at) {
    const end = runEnd(text, at + 8, ATLAS_CHARS);
    const start = runStart(text, at - 1, ALNUM, 20);
    const isWhole = end - at > 40 || (end === text.length && end - at > 12);
    return isWhole && at - start > 10 ? match(start, end, 'api_key', 'terraform') : undefined;
  },
};

/** MaxMind licence keys, `<6>_<29>_mmk`; found at the marker. */
export const MAXMIND: WordDetector = {
  name: 'maxmind',
  kind: 'api_key',
  prefix: 'mmk',
  find(text, at) {
    if (text.charCodeAt(at - 1) !== 95 || isAlnum(text.charCodeAt(at + 3))) return undefined;
    const start = runStart(text, at - 1, WORDS, 40);
    return at - start === 37 && text.charCodeAt(start + 6) === 95
      ? match(start, at + 3, 'api_key', 'maxmind')
      : undefined;
  },
};
