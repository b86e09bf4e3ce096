import type { TraceState } from '@opentelemetry/api';
import type { PropagationState } from './propagation-state.ts';

/** Source: W3C Trace Context Level 2, "tracestate Header Field Values". */
const MAX_MEMBERS = 32;
const MAX_KEY = 256;
const MAX_VALUE = 256;

const COMMA = 0x2c;
const EQUALS = 0x3d;
const TAB = 0x09;
const DATADOG = 'dd';

/**
 * Tells trace states of this class in every copy of the package: an application may load it both as
 * CommonJS (through `register.js`) and as ES module. The value is the version of what the class
 * offers; a copy with another one is treated as a stranger, by its members only.
 */
const BRAND = Symbol.for('signalbox.trace-state');
const BRAND_VERSION = 1;

/** Members without blanks around them. A native match is four times as fast as a loop over the characters. */
const TIDY =
  /^[a-z0-9][a-z0-9_\-*/@]*=[ -+\--<>-~]*[!-+\--<>-~](?:,[a-z0-9][a-z0-9_\-*/@]*=[ -+\--<>-~]*[!-+\--<>-~])*$/;
/** No key or value of a header of this length can be too long. */
const MAX_TIDY = MAX_VALUE;

/** Bits of {@link CLASS}. */
const KEY_START = 1;
const KEY_CHAR = 2;
const VALUE_CHAR = 4;
const BLANK = 8;

/** What each ASCII character may be part of, by the grammar of Level 2. */
const CLASS = new Uint8Array(128);
for (let code = 0x20; code <= 0x7e; code++) {
  if (code !== COMMA && code !== EQUALS) CLASS[code] = VALUE_CHAR;
}
for (const char of 'abcdefghijklmnopqrstuvwxyz0123456789') mark(char, KEY_START | KEY_CHAR);
for (const char of '_-*/@') mark(char, KEY_CHAR);
for (const char of ' \t') mark(char, BLANK);

function mark(char: string, bits: number): void {
  const code = char.charCodeAt(0);
  CLASS[code] = (CLASS[code] as number) | bits;
}

/** Writes one valid member, `key=value`; the same each time. */
interface LazyText {
  write(): string;
}

/**
 * The members of a W3C `tracestate`, strict in what it takes (Level 2 grammar, 32 members) and kept
 * as the text that came in. Datadog's own member, `dd`, is not part of it: it is read at extract and
 * written at inject from the {@link PropagationState}, which the object carries along; setting it has
 * no effect.
 * Immutable; the setters return another object with the same `state`.
 */
export class W3CTraceState implements TraceState {
  static readonly EMPTY = new W3CTraceState('', 0, undefined, undefined);

  /** True for trace states of this class, whichever copy of the package has made them. */
  static is(other: TraceState | undefined): other is W3CTraceState {
    return other !== undefined && (other as W3CTraceState)[BRAND] === BRAND_VERSION;
  }

  private constructor(
    /** The text, or who writes it when somebody asks. */
    private written: string | LazyText,
    /** Number of members. */
    readonly size: number,
    /** What else travels with the trace. */
    readonly state: PropagationState | undefined,
    /** The value of the `dd` member as received, also if the list was void. */
    readonly datadog: string | undefined,
  ) {}

  /** Reads a header (several joined with a comma). One invalid member voids the whole list. */
  static parse(header: string): W3CTraceState {
    return W3CTraceState.parseTidy(header) ?? W3CTraceState.parseAny(header);
  }

  /** By far the most headers: nothing but members, `dd` at most in front. Undefined for all others. */
  private static parseTidy(header: string): W3CTraceState | undefined {
    const { length } = header;
    if (length > MAX_TIDY || !TIDY.test(header)) return undefined;
    const hasDatadog = header.startsWith('dd=');
    let comma = header.indexOf(',');
    const end = comma < 0 ? length : comma;
    let size = hasDatadog ? 0 : 1;
    for (; comma >= 0; comma = header.indexOf(',', comma + 1)) {
      if (header.startsWith('dd=', comma + 1)) return undefined;
      size++;
    }
    if (size > MAX_MEMBERS - 1) return undefined;
    if (!hasDatadog) return new W3CTraceState(header, size, undefined, undefined);
    return new W3CTraceState(header.slice(end + 1), size, undefined, header.slice(3, end));
  }

  private static parseAny(header: string): W3CTraceState {
    const { length } = header;
    // The stretch of text that is kept as it is, from its first member to its last so far.
    let from = -1;
    let until = -1;
    let kept = '';
    let size = 0;
    let seen = 0;
    let datadog: string | undefined;
    let valid = true;
    for (let at = 0; at < length; at++) {
      const start = skipBlanks(header, at);
      if (start === length || header.charCodeAt(start) === COMMA) {
        at = start;
        continue;
      }
      seen++;
      const equals = endOfKey(header, start);
      const end = equals < 0 ? -1 : endOfValue(header, equals + 1);
      at = end < 0 ? commaAfter(header, start) : skipBlanks(header, end);
      if (end < 0) valid = false;
      else if (equals === start + 2 && header.startsWith(DATADOG, start)) {
        datadog ??= header.slice(equals + 1, end);
      } else {
        size++;
        if (start !== until + 1 || from < 0) {
          if (from >= 0) kept = join(kept, header.slice(from, until));
          from = start;
        }
        until = end;
      }
    }
    if (!valid || seen > MAX_MEMBERS || size === 0) return new W3CTraceState('', 0, undefined, datadog);
    const text = from === 0 && until === length ? header : join(kept, header.slice(from, until));
    return new W3CTraceState(text, size, undefined, datadog);
  }

  /** Any trace state as one of this class. */
  static from(other: TraceState | undefined): W3CTraceState {
    if (W3CTraceState.is(other)) return other;
    return other ? W3CTraceState.parse(other.serialize()) : W3CTraceState.EMPTY;
  }

  /** One member that is known to be valid, without checking it again: what a sampler writes. */
  static single(key: string, value: string, state: PropagationState): W3CTraceState {
    return new W3CTraceState(`${key}=${value}`, 1, state, undefined);
  }

  get [BRAND](): number {
    return BRAND_VERSION;
  }

  /**
   * The same, written only when it is read: most traces that a sampler drops are never sent or
   * exported.
   */
  static lazy(member: LazyText, state: PropagationState): W3CTraceState {
    return new W3CTraceState(member, 1, state, undefined);
  }

  private get text(): string {
    if (typeof this.written !== 'string') this.written = this.written.write();
    return this.written;
  }

  /** The same members with another record. */
  withState(state: PropagationState | undefined): W3CTraceState {
    return new W3CTraceState(this.written, this.size, state, undefined);
  }

  /** Puts the member left-most; the right-most one goes if there are too many. Invalid ones are ignored. */
  set(key: string, value: string): W3CTraceState {
    if (!isMember(key, value)) return this;
    const rest = this.members().filter((member) => !member.startsWith(`${key}=`));
    return this.of([`${key}=${value}`, ...rest.slice(0, MAX_MEMBERS - 1)]);
  }

  unset(key: string): W3CTraceState {
    const rest = this.members().filter((member) => !member.startsWith(`${key}=`));
    return rest.length === this.size ? this : this.of(rest);
  }

  get(key: string): string | undefined {
    const member = this.members().find((candidate) => candidate.startsWith(`${key}=`));
    return member?.slice(key.length + 1);
  }

  serialize(): string {
    return this.text;
  }

  /** `key=value` texts, left to right. */
  members(): string[] {
    return this.text === '' ? [] : this.text.split(',');
  }

  private of(members: readonly string[]): W3CTraceState {
    return new W3CTraceState(members.join(','), members.length, this.state, undefined);
  }
}

/** True if both are what the grammar allows and `key=value` can be sent beside `dd`. */
function isMember(key: string, value: string): boolean {
  const member = `${key}=${value}`;
  const parsed = W3CTraceState.parse(member);
  return parsed.size === 1 && parsed.serialize() === member && endOfKey(member, 0) === key.length;
}

function join(left: string, right: string): string {
  return left === '' ? right : `${left},${right}`;
}

function skipBlanks(text: string, from: number): number {
  let at = from;
  while (classAt(text, at) & BLANK) at++;
  return at;
}

function commaAfter(text: string, from: number): number {
  const comma = text.indexOf(',', from);
  return comma < 0 ? text.length : comma;
}

/** Index of the `=` behind a valid key, else -1. */
function endOfKey(text: string, start: number): number {
  if (!(classAt(text, start) & KEY_START)) return -1;
  let at = start + 1;
  while (classAt(text, at) & KEY_CHAR) at++;
  return at - start <= MAX_KEY && text.charCodeAt(at) === EQUALS ? at : -1;
}

/** Index behind a valid value, trailing blanks not counted, else -1. A tab is legal only there. */
function endOfValue(text: string, start: number): number {
  let end = start;
  let tab = false;
  for (let at = start; at < text.length; at++) {
    const code = text.charCodeAt(at);
    // By far the most values have nothing but these: 0-9 a-z A-Z and a few in between.
    if ((code > 0x3d && code < 0x7f) || (code > COMMA && code < EQUALS)) {
      if (tab) return -1;
      end = at + 1;
      continue;
    }
    if (code === COMMA) break;
    const bits = classAt(text, at);
    if ((bits & (VALUE_CHAR | BLANK)) === VALUE_CHAR) {
      if (tab) return -1;
      end = at + 1;
    } else if (bits & BLANK) tab ||= code === TAB;
    else return -1;
  }
  return end > start && end - start <= MAX_VALUE ? end : -1;
}

/** 0 behind the end: reading there would cost more than the check. */
function classAt(text: string, index: number): number {
  if (index >= text.length) return 0;
  const code = text.charCodeAt(index);
  return code < 128 ? (CLASS[code] as number) : 0;
}
