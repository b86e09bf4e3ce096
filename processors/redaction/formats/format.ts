import { type CharSet, charSet, isAlnum, looksRandom, runEnd } from '../chars.ts';
import type { Kind } from '../kinds.ts';
import { match, type WordDetector } from '../match.ts';

/**
 * A credential format: a literal prefix and a run of characters after it.
 *
 * @example ['npm', 'npm_', 'A-Za-z0-9', 36]
 */
export type FormatRow = readonly [
  detector: string,
  prefix: string,
  /** The characters of the rest, as in a regular expression class. */
  chars: string,
  /** How many of them there are at least. */
  min: number,
  /** How many at most, where the format has a fixed length. */
  max?: number,
  kind?: Kind,
];

/** Prefixes that are also the end of others: `pk_live_…` is a publishable key. */
const COMMON_WORDS = new Set(['live_', 'test_']);

/** So many characters after the prefix are enough where the text ends in the middle of a credential. */
const CUT_OFF_MIN = 4;

/**
 * Prefixes that begin other words too (`key-0001`, `test_2`, `api-v2`, `SKU123`, `s.length`): what
 * follows them at the end of a text has to be long, and letters and digits both, to be the half of a
 * credential.
 */
const AMBIGUOUS: ReadonlySet<string> = new Set(
  (
    'sk- sk_ pk_ key- pubkey- pa- fc- fw_ exa_ ak- as- sess- hf_ live_ test_ sk_pr_ SK sl. t1. s. EAA EAAA AQX AQE AAAA ' +
    '1000. api_ sc_ pi_ ion_ rnd_ A3T A3- API- SCW dapi dose cflt v1.0- 4b1d api- sdk- pat pat. sat. secret_ ' +
    'secret-live- secret-test- access-sandbox- access-development- access-production- cio oy2 AKC ico- e2b_ csk- ' +
    'lin_ xai- jina_ snyk_ codecov_ unkey_ hawk. rootly_ KEY0 sgp_ pul- salad_cloud_ aio_ odt_ spu- sub-c- pub-c-'
  ).split(' '),
);
const AMBIGUOUS_MIN = 10;

/**
 * So many characters decide whether a run is random. A bound, because a run that fails is looked
 * at again from its next word (`sk-sk-sk-…`).
 */
const TEST_LIMIT = 32;

/** The detectors of a table of formats. */
export function fromRows(rows: readonly FormatRow[]): WordDetector[] {
  const sets = new Map<string, CharSet>();
  return rows.map(([name, prefix, chars, min, max = Infinity, kind = 'api_key']) => {
    const set = sets.get(chars) ?? charSet(chars);
    sets.set(chars, set);
    const upperOnly = set[97] === 0 && set[122] === 0;
    const ambiguous = AMBIGUOUS.has(prefix);
    return {
      name,
      kind,
      prefix,
      follows: set,
      find(text, at) {
        if (COMMON_WORDS.has(prefix) && text.charCodeAt(at - 1) === 95) return undefined;
        const from = at + prefix.length;
        const end = formatEnd(text, from, set, { min, max, upperOnly, ambiguous });
        return end < 0 ? undefined : match(at, end, kind, name);
      },
    };
  });
}

interface Shape {
  readonly min: number;
  readonly max: number;
  /** Without lower-case letters, so that nothing in it tells a word from a code. */
  readonly upperOnly: boolean;
  readonly ambiguous: boolean;
}

function formatEnd(text: string, from: number, set: CharSet, shape: Shape): number {
  const { min, max, upperOnly, ambiguous } = shape;
  const limit = Math.max(TEST_LIMIT, min);
  const tested = runEnd(text, from, set, from + limit);
  if (tested - from === limit && max > limit) {
    const isRandom = upperOnly || looksRandom(text, from, tested);
    return isRandom ? withoutFullStops(text, from, runEnd(text, tested, set)) : -1;
  }
  const run = tested;
  const length = run - from;
  const end = withoutFullStops(text, from, run);
  if (length > max) return -1;
  if (end - from >= min) {
    // A fixed-length code inside a longer word is some other word.
    if (max !== Infinity && isAlnum(text.charCodeAt(end))) return -1;
    return upperOnly || looksRandom(text, from, end) ? end : -1;
  }
  if (run < text.length || length < CUT_OFF_MIN) return -1;
  if (ambiguous) return length >= AMBIGUOUS_MIN && hasLettersAndDigits(text, from, run) ? run : -1;
  return (upperOnly ? length >= 6 : looksRandom(text, from, run)) ? run : -1;
}

function hasLettersAndDigits(text: string, from: number, to: number): boolean {
  const piece = text.slice(from, to);
  return /\d/.test(piece) && /[A-Za-z]/.test(piece);
}

/** A full stop at the end belongs to the sentence. */
function withoutFullStops(text: string, from: number, end: number): number {
  let index = end;
  while (index > from && text.charCodeAt(index - 1) === 46) index--;
  return index;
}
