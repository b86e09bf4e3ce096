import { types } from 'node:util';
import type { AnyValue } from '@opentelemetry/api';
import type { KeyRules, KeyVerdict } from './key-rules.ts';

/** Levels of nesting of one attribute. */
const DEPTH_LIMIT = 48;
/** Values in one attribute. */
const NODES_LIMIT = 10_000;
const BEYOND = '[Limit]';
/** Where maps have the name of their value. */
const NAMES = ['name', 'key', 'header', 'field'];
const NAME_LIMIT = 64;

/** What the walk does at the leaves. */
export interface TreeActions {
  readonly keys: KeyRules;
  /** Characters of all texts of the attribute together. */
  readonly room: number;
  /** A text under a key; undefined drops it. */
  text(text: string, verdict: KeyVerdict, key: string): string | undefined;
  scalar(key: string, value: AnyValue): AnyValue;
  /** A list or map under a key that says that it is secret. */
  blocked(value: object): AnyValue;
  /** The key without secrets in it. */
  name(key: string): string;
}

/** Goes through one nested attribute; whatever is unchanged stays the same object. */
export class TreeWalker {
  private nodes = 0;
  private room: number;

  constructor(private readonly actions: TreeActions) {
    this.room = actions.room;
  }

  walk(value: object, key: string, depth = 0): AnyValue {
    const verdict = this.actions.keys.judge(key);
    if (verdict.allowed) return value as AnyValue;
    if (verdict.blocked) {
      const clean = this.actions.blocked(value);
      if (clean !== value) return clean;
    }
    if (depth >= DEPTH_LIMIT || types.isProxy(value)) return '[Object]';
    if (value instanceof Uint8Array) return this.bytes(value, verdict);
    return Array.isArray(value)
      ? this.list(value, key, depth)
      : this.map(value as Record<string, AnyValue>, depth);
  }

  private child(value: AnyValue, key: string, depth: number): AnyValue {
    if (++this.nodes > NODES_LIMIT) return BEYOND;
    if (typeof value === 'object' && value !== null) return this.walk(value, key, depth + 1);
    if (typeof value !== 'string') return this.actions.scalar(key, value);
    if (this.room <= 0) return BEYOND;
    const clean = this.actions.text(value, this.actions.keys.judge(key), key);
    this.room -= clean?.length ?? 0;
    return clean;
  }

  private list(list: AnyValue[], key: string, depth: number): AnyValue {
    let copy: AnyValue[] | undefined;
    const alternating = this.actions.keys.judge(key).alternating && list.length > 1;
    for (let index = 0; index < list.length; index++) {
      if (this.nodes >= NODES_LIMIT) return [...(copy ?? list).slice(0, index), BEYOND];
      const value = list[index];
      const clean = this.child(value, (alternating && this.nameBefore(list, index)) || key, depth);
      if (clean === value) continue;
      copy ??= list.slice();
      copy[index] = clean === undefined ? null : clean;
    }
    return copy ?? list;
  }

  private map(map: Record<string, AnyValue>, depth: number): AnyValue {
    let copy: Record<string, AnyValue> | undefined;
    const keys = Object.keys(map);
    if (keys.length > NODES_LIMIT) return BEYOND;
    const named = keys.includes('value') ? NAMES.find((name) => this.isSecretName(map[name])) : undefined;
    for (const key of keys) {
      const value = map[key];
      const keyOfValue = key === 'value' && named !== undefined ? (map[named] as string) : key;
      const clean = this.child(value, keyOfValue, depth);
      const name = this.actions.name(key);
      if (clean === value && name === key) continue;
      copy ??= { ...map };
      rename(copy, key, name, clean);
    }
    return copy ?? map;
  }

  /** `--password` before its value, `Authorization` before its own. */
  private nameBefore(list: AnyValue[], index: number): string | undefined {
    const before = list[index - 1];
    const name = typeof before === 'string' ? before.replace(/^--?/, '') : undefined;
    const isPair = name !== before || index % 2 === 1;
    return isPair && this.isSecretName(name) ? name : undefined;
  }

  /** True for the name in `{ name: 'DB_PASSWORD', value: '…' }` and `['authorization', '…']`. */
  private isSecretName(name: AnyValue): boolean {
    if (typeof name !== 'string' || name.length > NAME_LIMIT || /\s/.test(name)) return false;
    return this.actions.keys.judge(name).blocked;
  }

  /** Bytes are examined as the text they may be; one byte is one character, so nothing else changes. */
  private bytes(bytes: Uint8Array, verdict: KeyVerdict): AnyValue {
    const length = Math.min(bytes.length, this.room);
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, length).toString('latin1');
    const clean = this.actions.text(text, { ...verdict, blocked: false }, '');
    this.room -= length;
    if (clean === text && bytes.length === length) return bytes;
    return clean === undefined ? undefined : new Uint8Array(Buffer.from(clean, 'latin1'));
  }
}

/** Puts a value under its clean key; undefined removes it. */
export function rename(record: Record<string, AnyValue>, key: string, name: string, value: AnyValue): void {
  if (name !== key || value === undefined) delete record[key];
  if (value === undefined) return;
  Object.defineProperty(record, name, { value, enumerable: true, writable: true, configurable: true });
}
