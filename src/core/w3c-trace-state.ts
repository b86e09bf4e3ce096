import type { TraceState } from '@opentelemetry/api';
import type { PropagationState } from './propagation-state.ts';

/** Source: W3C Trace Context Level 2, "tracestate Header Field Values". */
const MAX_MEMBERS = 32;
const MAX_KEY = 256;
const MAX_VALUE = 256;

const COMMA = 0x2c;
const EQUALS = 0x3d;

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
  CLASS[code] = (CLASS[code] ?? 0) | bits;
}

/**
 * The members of a W3C `tracestate`, strict in what it takes (Level 2 grammar, 32 members) and kept
 * as the text that came in. Datadog's own member, `dd`, is not part of it: it is read at extract and
 * written at inject from the {@link PropagationState}, which the object carries along.
 * Immutable; the setters return another object with the same `state`.
 */
export class W3CTraceState implements TraceState {
  static readonly EMPTY = new W3CTraceState('', 0, undefined, undefined);

  private constructor(
    private readonly text: string,
    /** Number of members. */
    readonly size: number,
    /** What else travels with the trace. */
    readonly state: PropagationState | undefined,
    /** The value of the `dd` member as received, also if the list was void. */
    readonly datadog: string | undefined,
  ) {}

  /** Reads a header (several joined with a comma). One invalid member voids the whole list. */
  static parse(header: string): W3CTraceState {
    return new Scanner(header).run(
      (text, size, datadog) => new W3CTraceState(text, size, undefined, datadog),
    );
  }

  /** Any trace state as one of this class. */
  static from(other: TraceState | undefined): W3CTraceState {
    if (other instanceof W3CTraceState) return other;
    return other ? W3CTraceState.parse(other.serialize()) : W3CTraceState.EMPTY;
  }

  /** One member that is known to be valid, without checking it again: what a sampler writes. */
  static single(key: string, value: string, state: PropagationState): W3CTraceState {
    return new W3CTraceState(`${key}=${value}`, 1, state, undefined);
  }

  /** The same members with another record. */
  withState(state: PropagationState | undefined): W3CTraceState {
    return new W3CTraceState(this.text, this.size, state, undefined);
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

/** True if both are what the grammar allows and `key=value` can be sent. */
function isMember(key: string, value: string): boolean {
  let size = 0;
  new Scanner(`${key}=${value}`).run((text, members, datadog) => {
    size = datadog === undefined && text === `${key}=${value}` ? members : 0;
  });
  return size === 1;
}

type Result<T> = (text: string, size: number, datadog: string | undefined) => T;

/** One pass over a header: checks it, takes `dd` out, squeezes blanks and empty members out. */
class Scanner {
  private at = 0;
  private size = 0;
  private seen = 0;
  private datadog: string | undefined;
  private kept = '';
  /** Where the stretch of text begins that is kept as it is; -1 if there is none. */
  private from = -1;
  private until = -1;
  private valid = true;

  constructor(private readonly header: string) {}

  run<T>(result: Result<T>): T {
    const { header } = this;
    while (this.at < header.length) this.member();
    if (!this.valid || this.seen > MAX_MEMBERS) return result('', 0, this.datadog);
    this.flush();
    return result(this.kept, this.size, this.datadog);
  }

  /** From after one comma to after the next. */
  private member(): void {
    const { header } = this;
    this.skipBlanks();
    if (this.at === header.length) return;
    if (header.charCodeAt(this.at) === COMMA) {
      this.at++;
      return;
    }
    const start = this.at;
    this.seen++;
    const equals = this.key();
    const end = equals < 0 ? -1 : this.value(equals + 1);
    if (end < 0) this.invalid(start);
    else if (equals - start === 2 && header.startsWith('dd', start)) {
      this.datadog ??= header.slice(equals + 1, end);
    } else this.keep(start, end);
    this.at++;
  }

  /** Index of the `=` behind a valid key, else -1. */
  private key(): number {
    const { header } = this;
    const start = this.at;
    if (!(classAt(header, start) & KEY_START)) return -1;
    while (classAt(header, this.at) & KEY_CHAR) this.at++;
    return this.at - start <= MAX_KEY && header.charCodeAt(this.at) === EQUALS ? this.at : -1;
  }

  /** Index behind a valid value (without trailing blanks), else -1; leaves `at` on the comma or the end. */
  private value(start: number): number {
    const { header } = this;
    let end = start;
    this.at = start;
    for (; this.at < header.length; this.at++) {
      const code = header.charCodeAt(this.at);
      if (code === COMMA) break;
      const bits = code < 128 ? (CLASS[code] as number) : 0;
      if (!(bits & (VALUE_CHAR | BLANK))) return -1;
      if (!(bits & BLANK)) {
        // A tab is only legal around members.
        if (header.slice(end, this.at).includes('\t')) return -1;
        end = this.at + 1;
      }
    }
    return end > start && end - start <= MAX_VALUE ? end : -1;
  }

  private invalid(start: number): void {
    this.valid = false;
    const comma = this.header.indexOf(',', start);
    this.at = comma < 0 ? this.header.length : comma;
  }

  private keep(start: number, end: number): void {
    this.size++;
    if (this.from >= 0 && start === this.until + 1) {
      this.until = end;
      return;
    }
    this.flush();
    this.from = start;
    this.until = end;
  }

  private flush(): void {
    if (this.from < 0) return;
    const stretch = this.header.slice(this.from, this.until);
    this.kept = this.kept === '' ? stretch : `${this.kept},${stretch}`;
    this.from = -1;
  }

  private skipBlanks(): void {
    while (classAt(this.header, this.at) & BLANK) this.at++;
  }
}

function classAt(text: string, index: number): number {
  const code = text.charCodeAt(index);
  return code < 128 ? (CLASS[code] as number) : 0;
}
