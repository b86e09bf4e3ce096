import { isHexId } from '../src/core/index.ts';

/** The parts of a `traceparent` header. */
export interface Traceparent {
  readonly traceId: string;
  readonly spanId: string;
  /** Bits 0 (sampled) and 1 (random); others have no meaning yet. */
  readonly flags: number;
}

const DASH = 0x2d;
/** `vv-` + 32 + `-` + 16 + `-` + `ff`. */
const LENGTH = 55;
const KNOWN_FLAGS = 3;

/**
 * Reads a `traceparent`. Blanks around it are ignored; later versions are read as version 00 if
 * they begin like it; upper-case hex, all-zero ids and version ff are invalid.
 * Source: W3C Trace Context Level 2, "Versioning of traceparent".
 */
export function parseTraceparent(header: string): Traceparent | undefined {
  const text = isBlankAround(header) ? trimBlanks(header) : header;
  if (text.length < LENGTH || !hasDashes(text)) return undefined;
  const version = hexByte(text, 0);
  if (version < 0 || version === 0xff) return undefined;
  if (text.length > LENGTH && (version === 0 || text.charCodeAt(LENGTH) !== DASH)) return undefined;
  const flags = hexByte(text, 53);
  if (flags < 0 || !isHexId(text, 3, 32) || !isHexId(text, 36, 16)) return undefined;
  return { traceId: text.slice(3, 35), spanId: text.slice(36, 52), flags: flags & KNOWN_FLAGS };
}

function hasDashes(text: string): boolean {
  return text.charCodeAt(2) === DASH && text.charCodeAt(35) === DASH && text.charCodeAt(52) === DASH;
}

/** The value of two lower-case hex digits, -1 if they are none. */
function hexByte(text: string, at: number): number {
  const high = hexDigit(text.charCodeAt(at));
  const low = hexDigit(text.charCodeAt(at + 1));
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

function hexDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  return code >= 0x61 && code <= 0x66 ? code - 0x57 : -1;
}

function isBlankAround(text: string): boolean {
  return text.length > 0 && (isBlank(text.charCodeAt(0)) || isBlank(text.charCodeAt(text.length - 1)));
}

function trimBlanks(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(text.charCodeAt(start))) start++;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}
