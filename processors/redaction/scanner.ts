import { CandidateFinder } from './candidates.ts';
import { charSet, isDigit, runStart } from './chars.ts';
import { type Assignment, type AssignmentRules, findAssignment, findFlag } from './detect/assignment.ts';
import { findCard } from './detect/card.ts';
import { findOption } from './detect/command.ts';
import { findEmail } from './detect/email.ts';
import { findLowerIban } from './detect/iban.ts';
import { findPrivateKey } from './detect/private-key.ts';
import { findSsn } from './detect/ssn.ts';
import { findAzureSecret, findTelegramToken } from './detect/tokens.ts';
import { findUserInfo } from './detect/url.ts';
import { WORD_DETECTORS } from './detectors.ts';
import type { Kind } from './kinds.ts';
import type { Hit, Match } from './match.ts';

const NONE: readonly Match[] = [];
/** Nothing shorter can hold anything. */
const SHORTEST = 6;

/** Which detectors run. */
export interface ScannerOptions {
  readonly kinds: ReadonlySet<Kind>;
  readonly assignments: AssignmentRules;
  /** Detectors of numbers beyond cards and social security numbers, tried where a digit begins a word. */
  readonly numberDetectors?: readonly ((text: string, at: number) => Match | undefined)[];
}

/**
 * Looks at every character of a text once. Nothing runs but a table look-up until a character or
 * the first two characters of a word can begin a match; each detector then looks at a bounded
 * stretch, or at one that its match swallows, so the time grows with the length and no faster.
 */
export class Scanner {
  private readonly candidates: CandidateFinder;
  private readonly on: Readonly<
    Record<'email' | 'card' | 'ssn' | 'iban' | 'userinfo' | 'assignment' | 'privateKey' | 'apiKey', boolean>
  >;
  private readonly numberDetectors: readonly ((text: string, at: number) => Match | undefined)[];
  private readonly hasNumbers: boolean;

  constructor(private readonly options: ScannerOptions) {
    const { kinds } = options;
    this.on = {
      email: kinds.has('email'),
      card: kinds.has('card'),
      ssn: kinds.has('ssn'),
      iban: kinds.has('iban'),
      userinfo: kinds.has('url_credentials'),
      assignment: kinds.has('secret') || kinds.has('url_query') || kinds.has('cookie') || kinds.has('token'),
      privateKey: kinds.has('private_key'),
      apiKey: kinds.has('api_key'),
    };
    this.numberDetectors = options.numberDetectors ?? [];
    this.hasNumbers = this.on.card || this.on.ssn || this.on.iban || this.numberDetectors.length > 0;
    this.candidates = new CandidateFinder({
      detectors: WORD_DETECTORS.filter(({ kind }) => kinds.has(kind)),
      specials: this.specials(),
      numbers: this.hasNumbers,
      letters: this.numberDetectors.length > 0,
      anyKey: options.assignments.keys.blocksAny,
    });
  }

  private specials(): string {
    const { on } = this;
    return [
      on.email ? '@' : '',
      on.assignment ? '=' : '',
      on.assignment || on.userinfo || on.apiKey ? ':' : '',
      on.assignment || on.privateKey ? '-' : '',
      on.apiKey ? '~' : '',
    ].join('');
  }

  /**
   * Every match in `text`, from left to right and without overlap.
   *
   * @param numbers false where digits count or identify things, so that none is a card
   */
  scan(text: string, numbers: boolean): readonly Hit[] {
    if (text.length < SHORTEST || !this.candidates.load(text, numbers)) return NONE;
    return this.scanPlaces(text, numbers);
  }

  /** The rest of {@link scan}, apart from what every text passes, which has to be small to be quick. */
  private scanPlaces(text: string, numbers: boolean): readonly Hit[] {
    const { candidates } = this;
    let found: Hit[] | undefined;
    let index = candidates.next(text, 0, numbers);
    while (index < text.length) {
      const hit = this.examine(text, index, numbers);
      // What reaches back into the match before is the rest of it: `user:password@host` is no address.
      if (hit === undefined || (found && hit.start < (found.at(-1) as Hit).end)) {
        index = candidates.after(text, index);
      } else {
        found ??= [];
        found.push(hit);
        index = Math.max(hit.end, index + 1);
      }
      index = candidates.next(text, index, numbers);
    }
    return found ?? NONE;
  }

  private examine(text: string, at: number, numbers: boolean): Hit | undefined {
    const code = text.charCodeAt(at);
    const isNumber = isDigit(code);
    if (!isNumber && !isLetter(code)) return this.special(text, at, code);
    if (isInsideBase64(text, at)) return undefined;
    const hit = this.word(text, at);
    if (hit !== undefined || !numbers) return hit;
    if (isNumber || this.numberDetectors.length > 0) return this.number(text, at);
    return this.on.iban ? findLowerIban(text, at) : undefined;
  }

  private word(text: string, at: number): Match | undefined {
    for (const detector of this.candidates.detectorsAt(text, at)) {
      const { prefix } = detector;
      // The last character tells apart most of those that begin alike, and one in the middle nearly all.
      const last = prefix.length - 1;
      if ((text.charCodeAt(at + last) | 32) !== (prefix.charCodeAt(last) | 32)) continue;
      const middle = prefix.length >> 1;
      if ((text.charCodeAt(at + middle) | 32) !== (prefix.charCodeAt(middle) | 32)) continue;
      const seen = detector.anyCase
        ? text.slice(at, at + prefix.length).toLowerCase() === prefix
        : text.startsWith(prefix, at);
      const hit = seen ? detector.find(text, at) : undefined;
      if (hit) return hit;
    }
    return undefined;
  }

  private number(text: string, at: number): Match | undefined {
    const isNumber = isDigit(text.charCodeAt(at));
    if (this.on.iban && !isNumber) {
      const hit = findLowerIban(text, at);
      if (hit) return hit;
    }
    if (this.on.ssn && isNumber) {
      const hit = findSsn(text, at);
      if (hit) return hit;
    }
    if (this.on.card && isNumber) {
      const hit = findCard(text, at);
      if (hit) return hit;
    }
    for (const find of this.numberDetectors) {
      const hit = find(text, at);
      if (hit) return hit;
    }
    return undefined;
  }

  private special(text: string, at: number, code: number): Hit | undefined {
    switch (code) {
      case 64: // @
        return this.on.email ? findEmail(text, at, 1) : undefined;
      case 61: // =
        return this.assignment(text, at, 1);
      case 58: // :
        return this.colon(text, at);
      case 45: // -
        if (text.charCodeAt(at + 1) !== 45)
          return this.on.assignment && this.options.kinds.has('secret')
            ? findOption(text, at, this.options.assignments)
            : undefined;
        if (this.on.privateKey && text.charCodeAt(at + 2) === 45) return findPrivateKey(text, at);
        return this.on.assignment
          ? this.toHit(text, findFlag(text, at, this.options.assignments))
          : undefined;
      case 126: // ~
        return this.on.apiKey ? findAzureSecret(text, at) : undefined;
      default:
        return this.escape(text, at);
    }
  }

  private colon(text: string, at: number): Hit | undefined {
    if (text.charCodeAt(at + 1) === 47 && text.charCodeAt(at + 2) === 47) {
      return this.on.userinfo ? findUserInfo(text, at) : undefined;
    }
    if (this.on.apiKey && isDigit(text.charCodeAt(at - 1))) {
      const hit = findTelegramToken(text, at);
      if (hit) return hit;
    }
    return this.assignment(text, at, 1);
  }

  /** `%40`, `%3D`, `%3A` and `\u0040` stand for the characters they encode. */
  private escape(text: string, at: number): Hit | undefined {
    if (text.startsWith('%40', at)) return this.on.email ? findEmail(text, at, 3) : undefined;
    if (text.startsWith('\\u0040', at)) return this.on.email ? findEmail(text, at, 6) : undefined;
    const isOperator = /^%3[ad]$/i.test(text.slice(at, at + 3));
    return isOperator ? this.assignment(text, at, 3) : undefined;
  }

  private assignment(text: string, at: number, width: number): Hit | undefined {
    if (!this.on.assignment || at === 0) return undefined;
    return this.toHit(text, findAssignment(text, at, width, this.options.assignments));
  }

  /** The assigned value; the provider's own format is the more telling name for it. */
  private toHit(text: string, found: Assignment | undefined): Hit | undefined {
    if (!found || !this.options.kinds.has(found.kind)) return undefined;
    const { start, end, kind, quote } = found;
    // A number may go on behind a blank, where the value ends: `card number: 4111 1111 …`.
    const format = this.word(text, start) ?? (quote ? undefined : this.number(text, start));
    if (format && format.start >= start && format.end >= end) return format;
    return {
      start,
      end,
      kind,
      detector: kind === 'secret' ? 'assignment' : kind,
      ...(quote ? { quote } : {}),
    };
  }
}

/** So long is no path without dots and dashes. */
const BASE64_LENGTH = 64;
const BASE64_CHARS = charSet('A-Za-z0-9+/');

/** In an image every prefix comes up sooner or later. */
function isInsideBase64(text: string, at: number): boolean {
  const before = text.charCodeAt(at - 1);
  return (
    (before === 43 || before === 47) && at - runStart(text, at, BASE64_CHARS, BASE64_LENGTH) === BASE64_LENGTH
  );
}

function isLetter(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90);
}
