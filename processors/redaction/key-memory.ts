import type { KeyRules, KeyVerdict } from './key-rules.ts';

/** How many keys are remembered; an application has a few hundred. */
const MEMORY = 2_048;
/** How many values of a key; a power of two. */
const VALUES = 4;
/** After so many new values in a row a key is taken for one whose values never come again, such as ids. */
const VARIES_FROM = 64;
/** Of such a key each value that has these bits unset in its number is noted still. */
const SELDOM = 15;
/** Longer keys and values are not remembered. */
const LENGTH_LIMIT = 256;

/** What is known of a key after it was seen once. */
export class KnownKey {
  /** The key that followed last time: instrumentations set theirs in one order. */
  next: KnownKey | undefined;
  /** Values that had nothing in them, each at a place of its own: most attributes have a few over and over. */
  private readonly clean: (string | undefined)[] = new Array(VALUES).fill(undefined);
  private readonly marks: number[] = new Array(VALUES).fill(-1);
  /** New values since the last one that was known. */
  private misses = 0;

  constructor(
    readonly key: string,
    readonly verdict: KeyVerdict,
    /** The key itself without secrets in it. */
    readonly name: string,
    /** Neither the key nor the verdict on it ask for anything, so that only the value matters. */
    readonly isPlain: boolean,
  ) {}

  /** True if the value was noted as one without findings. */
  isClean(value: string): boolean {
    if (value !== this.clean[placeOf(value)]) return false;
    this.misses = 0;
    return true;
  }

  /** Notes a value without findings. It is kept when it comes a second time, since most that vary never do. */
  note(value: string): void {
    if (++this.misses > VARIES_FROM && (this.misses & SELDOM) !== 0) return;
    if (value.length > LENGTH_LIMIT) return;
    const place = placeOf(value);
    const mark = markOf(value);
    if (mark === this.marks[place]) this.clean[place] = ownCopy(value);
    this.marks[place] = mark;
  }
}

/** A number that is nearly always another one for another value: the ends of ids and paths differ. */
function markOf(value: string): number {
  const { length } = value;
  let mark = length;
  for (let index = Math.max(0, length - 10); index < length; index++)
    mark = (mark * 31 + value.charCodeAt(index)) | 0;
  return (mark * 31 + value.charCodeAt(length >> 1)) | 0;
}

function placeOf(value: string): number {
  const { length } = value;
  return (length ^ value.charCodeAt(length - 1)) & (VALUES - 1);
}

/** Remembers keys, so that each is judged once. */
export class KeyMemory {
  private readonly known = new Map<string, KnownKey>();
  /** Stands in front of the first key. */
  readonly first: KnownKey;

  constructor(
    private readonly keys: KeyRules,
    private readonly nameOf: (key: string, verdict: KeyVerdict) => string,
  ) {
    this.first = new KnownKey('', keys.judge(''), '', false);
  }

  /** What is known of a key that comes after another one. */
  after(previous: KnownKey, key: string): KnownKey {
    const { next } = previous;
    if (next !== undefined && next.key === key) return next;
    const known = this.of(key);
    previous.next = known;
    return known;
  }

  of(key: string): KnownKey {
    return this.known.get(key) ?? this.learn(key);
  }

  private learn(key: string): KnownKey {
    const verdict = this.keys.judge(key);
    const name = this.nameOf(key, verdict);
    const known = new KnownKey(ownCopy(key), verdict, name, !verdict.blocked && name === key);
    if (this.known.size >= MEMORY) this.known.clear();
    if (key.length <= LENGTH_LIMIT) this.known.set(known.key, known);
    return known;
  }
}

/**
 * A copy that does not keep the text alive of which it may be a slice. It is the one that the engine
 * has for a constant of the same characters, so that comparing the two is comparing addresses.
 */
export function ownCopy(text: string): string {
  // Not a literal with this key: each would be a shape of its own to the engine.
  const holder: Record<string, number> = Object.create(null);
  holder[text] = 0;
  return Object.keys(holder)[0] as string;
}
