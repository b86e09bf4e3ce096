/**
 * Trace and span ids between their two written forms: lower-case hex (OpenTelemetry, W3C, B3) and
 * decimal uint64 (Datadog headers). A Datadog trace id is the low 64 bits of the 128-bit id; the
 * high 64 bits travel beside it as `_dd.p.tid`. Exact: no value ever passes through a double.
 */

const MAX_DIGITS = 20;
const MAX_UINT64 = 0xffff_ffff_ffff_ffffn;
const MAX_NEGATIVE = 0x8000_0000_0000_0000n;

/** Sixteen zeros: the high half of a 64-bit trace id, and the parent id of a trace without a parent. */
export const ZERO_ID = '0000000000000000';

/** The low 64 bits of a 128-bit (or 64-bit) id in lower-case hex, as Datadog's decimal uint64. */
export function toDecimalId(hex: string): string {
  return BigInt(`0x${hex.length > 16 ? hex.slice(-16) : hex}`).toString();
}

/**
 * A Datadog decimal id as 16 lower-case hex digits. Blanks around it are ignored; a leading `-` is
 * two's complement, as some old tracers write signed ids; of a comma-joined list the first value
 * counts. Anything else that is not a uint64, such as hex or a number above 2^64-1, is refused.
 */
export function fromDecimalId(decimal: string): string | undefined {
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

/** The value of each hex digit that is lower-case, -1 for every other ASCII character. */
const HEX_DIGITS = new Int8Array(128).fill(-1);
for (let value = 0; value < 16; value++) HEX_DIGITS[value.toString(16).charCodeAt(0)] = value;

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
