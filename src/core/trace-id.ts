/**
 * Trace and span ids between their two written forms: lower-case hex (OpenTelemetry, W3C, B3) and
 * decimal uint64 (Datadog headers). A Datadog trace id is the low 64 bits of the 128-bit id; the
 * high 64 bits travel beside it as `_dd.p.tid`. Exact: no value ever passes through a double.
 */

/** The value of each hex digit that is lower-case, -1 for every other ASCII character. */
const HEX_DIGITS = new Int8Array(128).fill(-1);
/** The other way: character codes. */
const HEX_CODES = new Uint8Array(16);
for (let value = 0; value < 16; value++) {
  const code = value.toString(16).charCodeAt(0);
  HEX_DIGITS[code] = value;
  HEX_CODES[value] = code;
}

/** A uint64 as its two halves, to hand it to BigInt without writing it down in between. */
const uint64 = new BigUint64Array(1);
const halves = new Uint32Array(uint64.buffer);
const LOW = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1 ? 0 : 1;

const MAX_DIGITS = 20;
const MAX_UINT64 = 0xffff_ffff_ffff_ffffn;
const MAX_NEGATIVE = 0x8000_0000_0000_0000n;

/** Sixteen zeros: the high half of a 64-bit trace id, and the parent id of a trace without a parent. */
export const ZERO_ID = '0000000000000000';

/** The low 64 bits of a 128-bit (or 64-bit) id in lower-case hex, as Datadog's decimal uint64. */
export function toDecimalId(hex: string): string {
  const { length } = hex;
  halves[LOW] = readHex(hex, length - 8, length);
  halves[1 - LOW] = readHex(hex, length - 16, length - 8);
  return (uint64[0] as bigint).toString();
}

/** Up to eight lower-case hex digits. */
function readHex(text: string, from: number, to: number): number {
  let value = 0;
  for (let at = Math.max(from, 0); at < to; at++) {
    value = (value << 4) | (HEX_DIGITS[text.charCodeAt(at)] as number);
  }
  return value >>> 0;
}

/**
 * A Datadog decimal id as 16 lower-case hex digits. Blanks around it are ignored; a leading `-` is
 * two's complement, as some old tracers write signed ids; of a comma-joined list the first value
 * counts. Anything else that is not a uint64, such as hex or a number above 2^64-1, is refused.
 */
export function fromDecimalId(decimal: string): string | undefined {
  return fromDigits(decimal) ?? fromUnusual(decimal);
}

/** At most 20 digits and nothing else, in exact double arithmetic; undefined for what is not that, or too large. */
function fromDigits(decimal: string): string | undefined {
  const { length } = decimal;
  if (length === 0 || length > MAX_DIGITS) return undefined;
  const split = Math.min(length, MAX_DIGITS / 2);
  const first = readDigits(decimal, 0, split);
  const last = readDigits(decimal, split, length);
  if (first < 0 || last < 0) return undefined;
  // value = first * scale + last; the first factor in two parts, so that no product exceeds 2^53.
  const scale = SCALES[length - split] as number;
  const upper = Math.floor(first / 0x1_0000);
  const product = upper * scale;
  const overflow = Math.floor(product / 0x1_0000);
  const rest = (product - overflow * 0x1_0000) * 0x1_0000 + (first - upper * 0x1_0000) * scale + last;
  const carry = Math.floor(rest / 0x1_0000_0000);
  const high = overflow + carry;
  return high > 0xffff_ffff ? undefined : writeHex(high, rest - carry * 0x1_0000_0000);
}

/** Powers of ten. */
const SCALES = Array.from({ length: MAX_DIGITS / 2 + 1 }, (_, power) => 10 ** power);

/** Up to ten digits, -1 if there is anything else. */
function readDigits(text: string, from: number, to: number): number {
  let value = 0;
  for (let at = from; at < to; at++) {
    const digit = text.charCodeAt(at) - 0x30;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}

/** Two uint32 as sixteen hex digits. */
export function writeHex(high: number, low: number): string {
  return String.fromCharCode(
    hexCode(high >>> 28),
    hexCode(high >>> 24),
    hexCode(high >>> 20),
    hexCode(high >>> 16),
    hexCode(high >>> 12),
    hexCode(high >>> 8),
    hexCode(high >>> 4),
    hexCode(high),
    hexCode(low >>> 28),
    hexCode(low >>> 24),
    hexCode(low >>> 20),
    hexCode(low >>> 16),
    hexCode(low >>> 12),
    hexCode(low >>> 8),
    hexCode(low >>> 4),
    hexCode(low),
  );
}

function hexCode(value: number): number {
  return HEX_CODES[value & 15] as number;
}

function fromUnusual(decimal: string): string | undefined {
  const { length } = decimal;
  let start = 0;
  while (start < length && isBlank(decimal.charCodeAt(start))) start++;
  const negative = start < length && decimal.charCodeAt(start) === 0x2d;
  if (negative) start++;
  let end = start;
  while (end < length && isDigit(decimal.charCodeAt(end))) end++;
  if (end === start || (end < length && !endsThere(decimal, end))) return undefined;
  while (end - start > MAX_DIGITS && decimal.charCodeAt(start) === 0x30) start++;
  if (end - start > MAX_DIGITS) return undefined;
  let value = BigInt(start === 0 && end === length ? decimal : decimal.slice(start, end));
  if (end - start >= MAX_DIGITS - 1 && value > (negative ? MAX_NEGATIVE : MAX_UINT64)) return undefined;
  if (negative) value = BigInt.asUintN(64, -value);
  const hex = value.toString(16);
  return hex.length === 16 ? hex : hex.padStart(16, '0');
}

/** True if a value ends at `index`: the text does, or only blanks follow, or a comma. */
function endsThere(text: string, index: number): boolean {
  for (let at = index; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x2c) return true;
    if (!isBlank(code)) return false;
  }
  return true;
}

/** The high 64 bits as `_dd.p.tid` carries them, or undefined for a 64-bit trace id. */
export function highTraceId(traceId: string): string | undefined {
  return traceId.startsWith(ZERO_ID) ? undefined : traceId.slice(0, 16);
}

/** True for `length` lower-case hex digits starting at `from`, not all of them zero. */
export function isHexId(text: string, from: number, length: number): boolean {
  let nonZero = 0;
  for (let at = from; at < from + length; at++) {
    const code = text.charCodeAt(at);
    const value = code < 128 ? (HEX_DIGITS[code] as number) : -1;
    if (value < 0) return false;
    nonZero |= value;
  }
  return nonZero !== 0;
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}
