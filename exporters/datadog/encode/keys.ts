import { cutWithMark, LIMITS } from '../map/normalise.ts';
import { HELD, KEPT, RESERVED, renamed } from '../map/renames.ts';
import { groupsOf, SLOT, type SlotName } from '../map/slots.ts';
import { msgpackString } from './msgpack-writer.ts';

/** More distinct names than this are not remembered, so that invented names cannot fill the memory. */
const MAX_KEYS = 4_096;

/** A value, and where in the payload it was written behind its name: to be repeated from there. */
export class Written<Value> {
  payload = -1;
  start = 0;
  end = 0;

  constructor(public value: Value) {}
}

/** What is known about one attribute name: found once, read for every span. */
export class Key {
  /** The name as MessagePack, at most 200 characters. */
  readonly bytes: Buffer;
  /** Where naming rules look for the value, or -1. */
  readonly slot: number;
  /** What the slot is about; see `GROUP`. */
  readonly groups: number;
  /** False if the attribute is not copied under its own name. */
  readonly copied: boolean;
  readonly genAi: boolean;
  /** The number of the span that has this tag already; see {@link Key.claim}. */
  private writtenIn = 0;
  /** The last text and the last number under this name. */
  readonly text = new Written<string>('');
  readonly metric = new Written<number>(0);

  constructor(
    readonly name: string,
    /** The other name it is written under, if any. */
    readonly target: Key | undefined,
  ) {
    this.bytes = msgpackString(cutWithMark(name, LIMITS.metaKey));
    this.slot = Object.hasOwn(SLOT, name) ? SLOT[name as SlotName] : -1;
    this.groups = this.slot < 0 ? 0 : groupsOf(name);
    this.copied = !RESERVED.has(name) && !HELD.has(name) && (!target || KEPT.has(name));
    this.genAi = name.startsWith('gen_ai.');
  }

  /** True the first time it is asked for a span: a tag is written once, and the first writer wins. */
  claim(span: number): boolean {
    if (this.writtenIn === span) return false;
    this.writtenIn = span;
    return true;
  }

  isClaimed(span: number): boolean {
    return this.writtenIn === span;
  }
}

/** Names of attributes and tags, each with its bytes. */
export class KeyTable {
  private readonly keys = new Map<string, Key>();

  get(name: string): Key {
    const key = this.keys.get(name);
    return key ?? this.add(name);
  }

  /** A key that is always remembered: for names that do not come from span attributes. */
  pinned(name: string): Key {
    return this.keys.get(name) ?? this.store(name);
  }

  private add(name: string): Key {
    if (this.keys.size < MAX_KEYS) return this.store(name);
    const other = renamed(name);
    return new Key(name, other === undefined ? undefined : this.get(other));
  }

  private store(name: string): Key {
    const other = renamed(name);
    const key = new Key(name, other === undefined ? undefined : this.pinned(other));
    this.keys.set(name, key);
    return key;
  }
}
