import type { KeyRules, KeyVerdict } from './key-rules.ts';

/** How many keys are remembered; an application has a few hundred. */
const MEMORY = 4_096;
/** Longer keys and values are not remembered. */
const LENGTH_LIMIT = 256;

/** What is known of a key after it was seen once. */
export class KnownKey {
  /** A value that had nothing in it: most attributes have the same one over and over. */
  clean: string | undefined;
  /** The key that followed last time: instrumentations set theirs in one order. */
  next: KnownKey | undefined;
  private lastMark = -1;

  constructor(
    readonly key: string,
    readonly verdict: KeyVerdict,
    /** The key itself without secrets in it. */
    readonly name: string,
    /** Neither the key nor the verdict on it ask for anything, so that only the value matters. */
    readonly isPlain: boolean,
  ) {}

  /** Notes a value without findings. It is kept when it comes a second time, since most that vary never do. */
  note(value: string): void {
    const { length } = value;
    if (length > LENGTH_LIMIT) return;
    const mark = (length << 16) | (value.charCodeAt(length - 1) << 8) | value.charCodeAt(length >> 1);
    if (mark === this.lastMark) this.clean = ownCopy(value);
    this.lastMark = mark;
  }
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

/** A copy that does not keep the text alive of which it may be a slice. */
export function ownCopy(text: string): string {
  return Buffer.from(text).toString();
}
