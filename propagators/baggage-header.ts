/** Bounds of a `baggage` header. */
export interface BaggageLimits {
  /** Most members. */
  readonly maxItems: number;
  /** Most bytes of the whole header. */
  readonly maxBytes: number;
}

/** What W3C Baggage demands at least ("Limits"), and what Datadog's tracers use. */
export const BAGGAGE_LIMITS: BaggageLimits = { maxItems: 64, maxBytes: 8192 };

/** One member: key and value still as they travel, metadata with its leading `;` taken off. */
export interface BaggageMember {
  readonly key: string;
  readonly value: string;
  readonly metadata: string;
}

const COMMA = 0x2c;
const EQUALS = 0x3d;
/** Where `__proto__` would begin. */
const UNDERSCORE = 0x5f;

/** Characters of a key besides letters and digits: an HTTP token, RFC 9110. */
const TOKEN = charTable("!#$%&'*+-.^_`|~");
/** Characters of a value: printable ASCII without space, `"`, `,`, `;` and `\`; `%` escapes the rest. */
const VALUE = charTable("!#$%&'()*+-./:<=>?@[]^_`{|}~");
/** Characters of properties: what a value may hold, and blanks, `;` and quotes, which are left to their owner. */
const METADATA = charTable('!#$%&\'()*+-./:<=>?@[]^_`{|}~ \t;"');

function charTable(others: string): Uint8Array {
  const letters = 'abcdefghijklmnopqrstuvwxyz';
  const table = new Uint8Array(128);
  for (const char of `${letters}${letters.toUpperCase()}0123456789${others}`) table[char.charCodeAt(0)] = 1;
  return table;
}

/** A header that was read: its legal members, trimmed, as one text that can be sent again. */
export interface BaggageText {
  readonly text: string;
  readonly size: number;
  /** Members left out because of the limits. */
  readonly dropped: number;
}

/**
 * Checks a header. Malformed members are left out; so are whole members beyond the limits, never
 * parts of one. A member named `__proto__` is left out.
 */
export function readBaggage(header: string, limits: BaggageLimits): BaggageText {
  const tidy = countTidyMembers(header);
  if (tidy > 0 && tidy <= limits.maxItems && header.length <= limits.maxBytes) {
    return { text: header, size: tidy, dropped: 0 };
  }
  let text = '';
  let size = 0;
  let dropped = 0;
  for (let start = 0; start < header.length; ) {
    const comma = header.indexOf(',', start);
    const end = comma < 0 ? header.length : comma;
    const member = readMember(header, start, end);
    if (member !== undefined) {
      const length = text.length + (size === 0 ? 0 : 1) + member.length;
      if (size < limits.maxItems && length <= limits.maxBytes) {
        text = size === 0 ? member : `${text},${member}`;
        size++;
      } else dropped++;
    }
    start = end + 1;
  }
  return { text, size, dropped };
}

/** The number of members of a header that needs no rewriting; 0 if anything about it is not plain. */
function countTidyMembers(header: string): number {
  const { length } = header;
  let members = 0;
  let at = 0;
  for (;;) {
    const start = at;
    at = skip(TOKEN, header, start, length);
    const isBad = at === start || header.charCodeAt(at) !== EQUALS || header.charCodeAt(start) === UNDERSCORE;
    if (isBad) return 0;
    at = skip(VALUE, header, at + 1, length);
    members++;
    if (at === length) return members;
    if (header.charCodeAt(at) !== COMMA) return 0;
    at++;
  }
}

/** The member between the two positions without blanks around key and value, undefined if malformed. */
function readMember(header: string, from: number, to: number): string | undefined {
  const start = skipBlanks(header, from, to);
  const end = trimBlanks(header, start, to);
  let at = skip(TOKEN, header, start, end);
  if (at === start || (at - start === 9 && header.startsWith('__proto__', start))) return undefined;
  const keyEnd = at;
  at = skipBlanks(header, at, end);
  if (header.charCodeAt(at) !== EQUALS || at >= end) return undefined;
  const valueStart = skipBlanks(header, at + 1, end);
  const valueEnd = skip(VALUE, header, valueStart, end);
  at = skipBlanks(header, valueEnd, end);
  if (at < end && (header.charCodeAt(at) !== 0x3b || skip(METADATA, header, at, end) < end)) return undefined;
  if (valueStart === keyEnd + 1 && at === valueEnd) return header.slice(start, end);
  return `${header.slice(start, keyEnd)}=${header.slice(valueStart, valueEnd)}${header.slice(at, end)}`;
}

/** The parts of a member that {@link readBaggage} let through. */
export function splitMember(member: string): BaggageMember {
  const equals = member.indexOf('=');
  const semicolon = member.indexOf(';', equals);
  const end = semicolon < 0 ? member.length : semicolon;
  return {
    key: member.slice(0, equals),
    value: member.slice(equals + 1, end),
    metadata: semicolon < 0 ? '' : member.slice(semicolon + 1).trim(),
  };
}

function skip(table: Uint8Array, text: string, from: number, to: number): number {
  let at = from;
  while (at < to) {
    const code = text.charCodeAt(at);
    if (code >= 128 || table[code] === 0) break;
    at++;
  }
  return at;
}

function skipBlanks(text: string, from: number, to: number): number {
  let at = from;
  while (at < to && isBlank(text.charCodeAt(at))) at++;
  return at;
}

function trimBlanks(text: string, from: number, to: number): number {
  let at = to;
  while (at > from && isBlank(text.charCodeAt(at - 1))) at--;
  return at;
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

/** Percent-decodes a value; bytes that are no UTF-8 become U+FFFD, as W3C Baggage demands ("value"). */
export function decodeValue(value: string): string {
  if (!value.includes('%')) return value;
  try {
    return decodeURIComponent(value);
  } catch {
    return value.replace(/(?:%[0-9a-f]{2})+/gi, (bytes) =>
      Buffer.from(bytes.replaceAll('%', ''), 'hex').toString(),
    );
  }
}

/** One member in the form it travels, undefined if the key is empty or metadata cannot be sent. */
export function writeMember(key: string, value: string, metadata: string): string | undefined {
  const name = encodeKey(key);
  if (name === '' || name === '__proto__') return undefined;
  const pair = `${name}=${encodeURIComponent(value.toWellFormed())}`;
  // Properties that no header may carry (CR, LF, non-ASCII, a comma) are left out, not the member.
  return metadata !== '' && skip(METADATA, metadata, 0, metadata.length) === metadata.length
    ? `${pair};${metadata}`
    : pair;
}

/** True if the text can be the name of a header or a baggage key. */
export function isToken(text: string): boolean {
  return text !== '' && skip(TOKEN, text, 0, text.length) === text.length;
}

/** A key that is no token is percent-encoded, as dd-trace and OpenTelemetry decode it. */
function encodeKey(key: string): string {
  if (skip(TOKEN, key, 0, key.length) === key.length) return key;
  return encodeURIComponent(key.toWellFormed()).replace(
    /[()]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
