import { isDigit } from './chars.ts';
import { type Assignment, type AssignmentRules, findAssignment, findFlag } from './detect/assignment.ts';
import { findCard } from './detect/card.ts';
import { findEmail } from './detect/email.ts';
import { findPrivateKey } from './detect/private-key.ts';
import { findSsn } from './detect/ssn.ts';
import { findAzureSecret, findTelegramToken } from './detect/tokens.ts';
import { findUserInfo } from './detect/url.ts';
import type { Kind } from './kinds.ts';
import type { Match, WordDetector } from './match.ts';

/** What a character does to the scan. */
const SKIP = 0;
const LETTER = 1;
const DIGIT = 2;
const SPECIAL = 3;

const CLASS = new Uint8Array(128);
for (let code = 0; code < 128; code++) {
  if ((code >= 65 && code <= 90) || (code >= 97 && code <= 122)) CLASS[code] = LETTER;
  else if (isDigit(code)) CLASS[code] = DIGIT;
}
for (const special of '@:=-~%\\') CLASS[special.charCodeAt(0)] = SPECIAL;

const NONE: readonly Match[] = [];
/** Nothing shorter can hold anything. */
const SHORTEST = 6;

/** A match with what the replacement needs beside the kind. */
export interface Hit extends Match {
  readonly quote?: string;
}

/** Which detectors run. */
export interface ScannerOptions {
  readonly kinds: ReadonlySet<Kind>;
  readonly detectors: readonly WordDetector[];
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
  /** Detectors by the first two characters of their prefix; 0 is none. */
  private readonly slots = new Uint8Array(128 * 128);
  private readonly lists: WordDetector[][] = [[]];
  private readonly on: Readonly<Record<'email' | 'card' | 'ssn' | 'userinfo' | 'assignment' | 'privateKey' | 'apiKey', boolean>>;
  private readonly numberDetectors: readonly ((text: string, at: number) => Match | undefined)[];
  private readonly hasNumbers: boolean;

  constructor(private readonly options: ScannerOptions) {
    const { kinds } = options;
    this.on = {
      email: kinds.has('email'),
      card: kinds.has('card'),
      ssn: kinds.has('ssn'),
      userinfo: kinds.has('url_credentials'),
      assignment: kinds.has('secret') || kinds.has('url_query') || kinds.has('cookie') || kinds.has('token'),
      privateKey: kinds.has('private_key'),
      apiKey: kinds.has('api_key'),
    };
    this.numberDetectors = options.numberDetectors ?? [];
    this.hasNumbers = this.on.card || this.on.ssn || this.numberDetectors.length > 0;
    for (const detector of options.detectors) if (kinds.has(detector.kind)) this.register(detector);
    for (const list of this.lists) list.sort((a, b) => b.prefix.length - a.prefix.length);
  }

  private register(detector: WordDetector): void {
    const [first, second] = [detector.prefix[0] as string, detector.prefix[1] as string];
    const variants = detector.anyCase
      ? [first.toLowerCase(), first.toUpperCase()].flatMap((a) => [a + second.toLowerCase(), a + second.toUpperCase()])
      : [first + second];
    for (const pair of new Set(variants)) {
      const index = (pair.charCodeAt(0) << 7) | pair.charCodeAt(1);
      if (this.slots[index] === 0) this.slots[index] = this.lists.push([]) - 1;
      this.lists[this.slots[index] as number]?.push(detector);
    }
  }

  /**
   * Every match in `text`, from left to right and without overlap.
   *
   * @param numbers false where digits count or identify things, so that none is a card
   */
  scan(text: string, numbers: boolean): readonly Hit[] {
    const { length } = text;
    if (length < SHORTEST) return NONE;
    const { slots } = this;
    let found: Hit[] | undefined;
    let index = 0;
    while (index < length) {
      const code = text.charCodeAt(index);
      const kind = code < 128 ? (CLASS[code] as number) : SKIP;
      if (kind === SKIP) {
        index++;
        continue;
      }
      let hit: Hit | undefined;
      if (kind === SPECIAL) {
        hit = this.special(text, index, code);
      } else {
        const second = text.charCodeAt(index + 1);
        const slot = second < 128 ? (slots[(code << 7) | second] as number) : 0;
        if (slot !== 0) hit = this.word(text, index, slot);
        if (hit === undefined && kind === DIGIT && numbers && this.hasNumbers) hit = this.number(text, index);
      }
      if (hit !== undefined) {
        found = add(found, hit);
        index = Math.max(hit.end, index + 1);
        continue;
      }
      index = kind === SPECIAL ? index + specialWidth(text, index, code) : wordEnd(text, index + 1);
    }
    return found ?? NONE;
  }

  private word(text: string, at: number, slot: number): Match | undefined {
    for (const detector of this.lists[slot] as readonly WordDetector[]) {
      const { prefix } = detector;
      const seen = detector.anyCase
        ? text.slice(at, at + prefix.length).toLowerCase() === prefix
        : text.startsWith(prefix, at);
      const hit = seen ? detector.find(text, at) : undefined;
      if (hit) return hit;
    }
    return undefined;
  }

  private number(text: string, at: number): Match | undefined {
    if (this.on.ssn) {
      const hit = findSsn(text, at);
      if (hit) return hit;
    }
    if (this.on.card) {
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
        if (text.charCodeAt(at + 1) !== 45) return undefined;
        if (this.on.privateKey && text.charCodeAt(at + 2) === 45) return findPrivateKey(text, at);
        return this.on.assignment ? this.toHit(text, findFlag(text, at, this.options.assignments)) : undefined;
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
    const code = text.charCodeAt(start);
    const slot = code < 128 && text.charCodeAt(start + 1) < 128 ? this.slots[(code << 7) | text.charCodeAt(start + 1)] : 0;
    const format = slot ? this.word(text, start, slot) : undefined;
    if (format && format.start >= start && format.end >= end) return format;
    return { start, end, kind, detector: kind === 'secret' ? 'assignment' : kind, ...(quote ? { quote } : {}) };
  }
}

/** Matches may reach back (e-mail addresses do), but never into the one before. */
function add(found: Hit[] | undefined, hit: Hit): Hit[] {
  const list = found ?? [];
  const last = list.at(-1);
  list.push(last && hit.start < last.end ? { ...hit, start: last.end } : hit);
  return list;
}

function wordEnd(text: string, from: number): number {
  let index = from;
  while (index < text.length) {
    const code = text.charCodeAt(index);
    if (code > 127 || CLASS[code] === SKIP || CLASS[code] === SPECIAL) break;
    index++;
  }
  return index;
}

/** An escape is stepped over whole, so that what follows it begins a word. */
function specialWidth(text: string, at: number, code: number): number {
  if (code === 92) return text.charCodeAt(at + 1) === 117 ? 6 : text.charCodeAt(at + 1) === 92 ? 1 : 2;
  if (code === 37) return isHex(text.charCodeAt(at + 1)) && isHex(text.charCodeAt(at + 2)) ? 3 : 1;
  return 1;
}

function isHex(code: number): boolean {
  return isDigit(code) || (code >= 65 && code <= 70) || (code >= 97 && code <= 102);
}
