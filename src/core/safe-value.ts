import { types } from 'node:util';
import type { AnyValue } from '@opentelemetry/api';
import { truncateText } from './safe-value-text.ts';

/** Bounds of a safe value. */
export interface SafeValueLimits {
  /** Levels of nesting. Default 6. */
  readonly depth: number;
  /** Entries of one list or map. Default 64. */
  readonly entries: number;
  /** Values in the whole tree. Default 2,048. */
  readonly nodes: number;
  /** UTF-16 units of one text. Default 16,384. */
  readonly length: number;
  /** UTF-16 units of all texts and keys together. Default 65,536. */
  readonly total: number;
}

/** The limits of {@link safeValue} where none are given. */
export const SAFE_VALUE_LIMITS: SafeValueLimits = Object.freeze({
  depth: 6,
  entries: 64,
  nodes: 2_048,
  length: 16_384,
  total: 65_536,
});

/**
 * Anything an application can pass, as a bounded and valid OpenTelemetry value (OpenTelemetry
 * specification, "AnyValue"): text, number, boolean, null, bytes, lists and maps of these.
 *
 * Never throws and never runs code of the application (no getter, `toJSON` or proxy trap), so it
 * cannot hang either. What cannot be represented is replaced by a mark in brackets, e.g.
 * `[Circular]`, `[Getter]`, `[Function]`. The result shares no object with the input.
 */
export function safeValue(value: unknown, limits: Partial<SafeValueLimits> = {}): AnyValue {
  const walk = new Walk({ ...SAFE_VALUE_LIMITS, ...limits });
  try {
    return walk.convert(value, 0);
  } catch {
    // Only exotic host objects get here; their content is unknown, so nothing of it is kept.
    return '[Unreadable]';
  }
}

/** Any value as one line of text, within the same limits; for log lines and messages. */
export function safeText(value: unknown, limits: Partial<SafeValueLimits> = {}): string {
  const { length } = { ...SAFE_VALUE_LIMITS, ...limits };
  const safe = safeValue(value, limits);
  return truncateText(typeof safe === 'string' ? safe : (JSON.stringify(safe) ?? String(safe)), length);
}

class Walk {
  private nodes = 0;
  private total = 0;
  private readonly ancestors: object[] = [];

  constructor(private readonly limits: SafeValueLimits) {}

  convert(value: unknown, depth: number): AnyValue {
    if (++this.nodes > this.limits.nodes) return '[Limit]';
    switch (typeof value) {
      case 'string':
        return this.text(value);
      case 'number':
        return Number.isFinite(value) ? value : null;
      case 'boolean':
        return value;
      case 'bigint':
        return this.text(value.toString());
      case 'symbol':
        return this.text(value.toString());
      case 'function':
        return '[Function]';
      case 'undefined':
        return null;
      default:
        return value === null ? null : this.object(value as object, depth);
    }
  }

  private text(value: string): string {
    const room = Math.min(this.limits.length, Math.max(0, this.limits.total - this.total));
    const text = truncateText(value, room);
    this.total += text.length;
    return text;
  }

  private object(value: object, depth: number): AnyValue {
    if (types.isProxy(value)) return '[Proxy]';
    const scalar = describeScalar(value);
    if (scalar !== undefined) return this.text(scalar);
    if (ArrayBuffer.isView(value)) return this.bytes(value);
    if (this.ancestors.includes(value)) return '[Circular]';
    if (depth >= this.limits.depth) return Array.isArray(value) ? '[Array]' : '[Object]';
    this.ancestors.push(value);
    try {
      if (Array.isArray(value)) return this.list(value, depth);
      if (types.isSet(value))
        return this.list(
          take(Set.prototype.values.call(value), this.limits.entries + 1),
          depth,
          setSize(value),
        );
      if (types.isMap(value)) return this.map(value, depth);
      if (types.isNativeError(value)) return this.error(value, depth);
      return this.record(value, depth);
    } finally {
      this.ancestors.pop();
    }
  }

  private bytes(view: ArrayBufferView): AnyValue {
    const fits =
      view instanceof Uint8Array &&
      view.byteLength <= Math.min(this.limits.length, this.limits.total - this.total);
    if (!fits) return `[bytes ${view.byteLength}]`;
    this.total += view.byteLength;
    return new Uint8Array(view);
  }

  private list(items: readonly unknown[], depth: number, size = items.length): AnyValue[] {
    const count = Math.min(size, this.limits.entries);
    const result: AnyValue[] = [];
    for (let index = 0; index < count; index++) {
      const item = readOwn(items, String(index));
      result.push(item === ABSENT ? null : this.convert(item, depth + 1));
    }
    if (size > count) result.push(`[${size - count} more]`);
    return result;
  }

  private map(value: Map<unknown, unknown>, depth: number): AnyValue {
    const entries = take(
      Map.prototype.entries.call(value) as Iterator<[unknown, unknown]>,
      this.limits.entries,
    );
    const result = emptyRecord();
    for (const [key, item] of entries) {
      const name = typeof key === 'string' ? key : safeText(key, { depth: 1, length: 256, nodes: 16 });
      define(result, this.text(name), this.convert(item, depth + 1));
    }
    const left = mapSize(value) - entries.length;
    if (left > 0) define(result, '[more]', left);
    return result;
  }

  private error(value: Error, depth: number): AnyValue {
    const result = emptyRecord();
    define(result, 'type', this.text(errorType(value)));
    for (const key of ['message', 'stack', 'code', 'cause', 'errors']) {
      const item = readOwn(value, key);
      if (item !== ABSENT && item !== undefined) define(result, key, this.convert(item, depth + 1));
    }
    return result;
  }

  private record(value: object, depth: number): AnyValue {
    const result = emptyRecord();
    let count = 0;
    for (const key of Object.keys(value)) {
      if (++count > this.limits.entries || this.total >= this.limits.total) {
        define(result, '[more]', true);
        break;
      }
      const item = readOwn(value, key);
      if (item === undefined || item === ABSENT) continue;
      define(result, this.text(key), item === GETTER ? '[Getter]' : this.convert(item, depth + 1));
    }
    return result;
  }
}

const ABSENT = Symbol('absent');
const GETTER = Symbol('getter');

/** A property without running a getter. */
function readOwn(object: object, key: string): unknown {
  const descriptor = Object.getOwnPropertyDescriptor(object, key);
  if (!descriptor) return ABSENT;
  return 'value' in descriptor ? descriptor.value : GETTER;
}

function emptyRecord(): Record<string, AnyValue> {
  return {};
}

/** Sets an own property, also one called `__proto__`. */
function define(record: Record<string, AnyValue>, key: string, value: AnyValue): void {
  Object.defineProperty(record, key, { value, enumerable: true, writable: true, configurable: true });
}

function take<T>(iterator: Iterator<T>, count: number): T[] {
  const items: T[] = [];
  while (items.length < count) {
    const { done, value } = iterator.next();
    if (done) break;
    items.push(value);
  }
  return items;
}

/** Objects that are one value, as text; undefined for the rest. */
function describeScalar(value: object): string | undefined {
  if (types.isDate(value)) {
    const time = Date.prototype.getTime.call(value);
    return Number.isNaN(time) ? '[Invalid Date]' : new Date(time).toISOString();
  }
  if (types.isRegExp(value)) return '[RegExp]';
  if (types.isPromise(value)) return '[Promise]';
  if (types.isWeakMap(value) || types.isWeakSet(value)) return '[Weak collection]';
  if (types.isAnyArrayBuffer(value)) return `[bytes ${value.byteLength}]`;
  if (types.isBoxedPrimitive(value)) return describeBoxed(value);
  // URL keeps its value in private fields behind getters of its own class, which are Node's code.
  return value instanceof URL && !Object.hasOwn(value, 'href') ? value.href : undefined;
}

function describeBoxed(value: object): string {
  if (types.isStringObject(value)) return String.prototype.valueOf.call(value);
  if (types.isNumberObject(value)) return String(Number.prototype.valueOf.call(value));
  if (types.isBooleanObject(value)) return String(Boolean.prototype.valueOf.call(value));
  return '[Boxed]';
}

/** The class of an error, found without running code of the application. */
function errorType(error: Error): string {
  const own = readOwn(error, 'name');
  if (typeof own === 'string') return own;
  for (let proto = Object.getPrototypeOf(error); proto; proto = Object.getPrototypeOf(proto)) {
    if (types.isProxy(proto)) break;
    const name = readOwn(proto, 'name');
    const maker = readOwn(proto, 'constructor');
    const className = typeof maker === 'function' ? readOwn(maker, 'name') : undefined;
    if (typeof className === 'string' && className !== '') return className;
    if (typeof name === 'string') return name;
  }
  return 'Error';
}

const SET_SIZE = Object.getOwnPropertyDescriptor(Set.prototype, 'size')?.get as (
  this: Set<unknown>,
) => number;
const MAP_SIZE = Object.getOwnPropertyDescriptor(Map.prototype, 'size')?.get as (
  this: Map<unknown, unknown>,
) => number;

function setSize(set: Set<unknown>): number {
  return SET_SIZE.call(set);
}

function mapSize(map: Map<unknown, unknown>): number {
  return MAP_SIZE.call(map);
}
