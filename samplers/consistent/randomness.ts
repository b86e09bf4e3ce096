import type { Rate } from './rate.ts';

// 1111111111111111111, the factor all Datadog tracers multiply the trace id with, in 32-bit halves
// and the lower one in 16-bit limbs.
const FACTOR_HIGH = 0x0f6b75ab;
const FACTOR_LOW = 0x2bc471c7;
const F1 = 0x2bc4;
const F0 = 0x71c7;

/**
 * The one random number of a trace, as two unsigned 32-bit halves. A trace is kept at a rate if
 * the number reaches the rate's threshold.
 */
export interface Randomness {
  readonly high: number;
  readonly low: number;
  /** `hash`: all 64 bits of Datadog's hash; `ot`: 56 bits given by OpenTelemetry. */
  readonly source: 'hash' | 'ot';
}

/** Datadog's hash of the low 64 bits of the trace id, inverted: high numbers are kept. */
export function hashRandomness(traceId: string): Randomness {
  const idHigh = (hex16(traceId, 16) << 16) | hex16(traceId, 20);
  const a1 = hex16(traceId, 24);
  const a0 = hex16(traceId, 28);
  const idLow = (a1 << 16) | a0;
  // Multiplication modulo 2^64 in 32-bit integers, because divisions of doubles take several times
  // as long. First the upper half of the product of the lower halves, limb by limb.
  const p01 = Math.imul(a0, F1);
  const p10 = Math.imul(a1, F0);
  const middle = (Math.imul(a0, F0) >>> 16) + (p01 & 0xffff) + (p10 & 0xffff);
  const carried = Math.imul(a1, F1) + (p01 >>> 16) + (p10 >>> 16) + (middle >>> 16);
  const high = carried + Math.imul(idHigh, FACTOR_LOW) + Math.imul(idLow, FACTOR_HIGH);
  return { high: ~high >>> 0, low: ~Math.imul(idLow, FACTOR_LOW) >>> 0, source: 'hash' };
}

/** OpenTelemetry's random value: 14 hexadecimal digits of `rv`, or the last 14 of a trace id. */
export function otRandomness(digits: string): Randomness {
  const from = digits.length - 14;
  return {
    high: hex16(digits, from) * 65536 + hex16(digits, from + 4),
    low: (hex16(digits, from + 8) * 256 + (hex16(digits, from + 10) & 255)) * 256,
    source: 'ot',
  };
}

/** The number of OpenTelemetry's `TraceIdRatioBased`: four pieces of a trace id, put together by XOR. */
export function foldedTraceId(traceId: string): number {
  const high = hex16(traceId, 0) ^ hex16(traceId, 8) ^ hex16(traceId, 16) ^ hex16(traceId, 24);
  const low = hex16(traceId, 4) ^ hex16(traceId, 12) ^ hex16(traceId, 20) ^ hex16(traceId, 28);
  return ((high << 16) | low) >>> 0;
}

/** True if a trace with this number is kept at this rate. */
export function reaches(random: Randomness, rate: Rate): boolean {
  if (rate.probability >= 1) return true;
  if (rate.probability <= 0) return false;
  if (random.source === 'hash') {
    return random.high > rate.hashHigh || (random.high === rate.hashHigh && random.low >= rate.hashLow);
  }
  return random.high > rate.otHigh || (random.high === rate.otHigh && random.low >= rate.otLow);
}

/**
 * `rv` for the number, moved by the least amount where 56 bits would decide otherwise than
 * Datadog's 64 did (dd-trace otel-sampling.js): to the threshold if kept, below it if dropped.
 */
export function randomValue(random: Randomness, rate: Rate, kept: boolean): string {
  const low = random.low >>> 8;
  const otLow = rate.otLow / 256;
  const reached = random.high > rate.otHigh || (random.high === rate.otHigh && low >= otLow);
  if (reached === kept || rate.probability >= 1 || rate.probability <= 0) return hex(random.high, low);
  if (kept) return hex(rate.otHigh, otLow);
  return otLow > 0 ? hex(rate.otHigh, otLow - 1) : hex(rate.otHigh - 1, 0xffffff);
}

/** Two digits of every byte: several times faster than `toString(16)` and padding. */
const BYTES: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Fourteen digits: 32 bits, then 24. */
function hex(high: number, low: number): string {
  return (
    byte(high >>> 24) +
    byte(high >>> 16) +
    byte(high >>> 8) +
    byte(high) +
    byte(low >>> 16) +
    byte(low >>> 8) +
    byte(low)
  );
}

function byte(bits: number): string {
  return BYTES[bits & 255] as string;
}

function hex16(text: string, at: number): number {
  return (
    (nibble(text.charCodeAt(at)) << 12) |
    (nibble(text.charCodeAt(at + 1)) << 8) |
    (nibble(text.charCodeAt(at + 2)) << 4) |
    nibble(text.charCodeAt(at + 3))
  );
}

/** Value of a hexadecimal digit; trace ids are lower case, but upper case costs nothing. */
function nibble(code: number): number {
  return (code & 15) + (code >> 6) * 9;
}
