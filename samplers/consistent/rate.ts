const TWO_56 = 2 ** 56;
const TWO_24 = 2 ** 24;
const TWO_32 = 2 ** 32;
/** Hexadecimal digits of a threshold or a random value. */
export const DIGITS = 14;

/**
 * A probability, ready to be compared: with Datadog's hash of the trace id (64 bit) and with
 * OpenTelemetry's random value (56 bit). Both thresholds are kept as two unsigned 32-bit halves
 * of a 64-bit number that the {@link Randomness} must reach.
 */
export class Rate {
  /** From 0 to 1. */
  readonly probability: number;
  /** Rejection threshold `th` as in `ot=th:…`, without trailing zeros; undefined for 0. */
  readonly th: string | undefined;
  /** `_dd.p.ksr`: at most six decimals, no trailing zeros (Datadog, "Knuth sampling rate"). */
  readonly ksr: string;
  /** The same as a propagated tag. */
  readonly tags: ReadonlyMap<string, string>;
  readonly hashHigh: number;
  readonly hashLow: number;
  readonly otHigh: number;
  readonly otLow: number;

  /** @param probability clamped to 0…1 */
  constructor(probability: number) {
    this.probability = Math.min(Math.max(probability, 0), 1);
    // Datadog keeps hash <= floor(rate * (2^64 - 1)) in doubles, where 2^64 - 1 is 2^64
    // (dd-trace sampler.js). With n = ~hash that is n >= 2^64 - 1 - floor(rate * 2^64).
    const limit = Math.floor(this.probability * 2 ** 64);
    const high = Math.floor(limit / TWO_32);
    this.hashHigh = (TWO_32 - 1 - high) >>> 0;
    this.hashLow = (TWO_32 - 1 - (limit - high * TWO_32)) >>> 0;
    const threshold = datadogThreshold(this.probability);
    this.otHigh = Math.floor(threshold / TWO_24);
    this.otLow = (threshold - this.otHigh * TWO_24) * 256;
    this.th = this.probability === 0 ? undefined : formatThreshold(threshold);
    this.ksr = formatKsr(this.probability);
    this.tags = new Map([['_dd.p.ksr', this.ksr]]);
  }
}

const fixed = new Map<number, Rate>();

/** The rate of a probability that a user wrote; the same object for the same number. */
export function rateOf(probability: number): Rate {
  let rate = fixed.get(probability);
  if (!rate) {
    rate = new Rate(probability);
    // Only numbers out of configuration come here; the bound is against a mistaken caller.
    if (fixed.size < 1000) fixed.set(probability, rate);
  }
  return rate;
}

/** `round((1 - rate) * 2^56)`, at most 2^56 - 1 (dd-trace otel-sampling.js). */
function datadogThreshold(probability: number): number {
  if (probability === 1) return 0;
  // 2^56 - 1 is no double; the largest below 2^56 that is one keeps the same traces.
  return Math.min(Math.round((1 - probability) * TWO_56), TWO_56 - 8);
}

function formatKsr(probability: number): string {
  const text = probability.toFixed(6);
  let end = text.length;
  while (text.charCodeAt(end - 1) === 48) end--;
  return text.slice(0, text[end - 1] === '.' ? end - 1 : end);
}

/**
 * Threshold of a probability (OpenTelemetry, "TraceState: probability sampling"; rounding as in
 * the Collector's `pkg/sampling`).
 *
 * @param precision significant digits, 1 to 14, beside leading `f` or `0` digits; default all
 */
export function thresholdOf(probability: number, precision = DIGITS): bigint {
  const scaled = BigInt(Math.round(probability * TWO_56));
  let threshold = (1n << 56n) - scaled;
  if (threshold <= 0n) return 0n;
  const digits = Math.min(
    DIGITS,
    Math.max(precision + leading(probability), precision + leading(1 - probability)),
  );
  const shift = BigInt(4 * (DIGITS - digits));
  if (shift > 0n) threshold = ((threshold + (1n << (shift - 1n))) >> shift) << shift;
  const largest = (1n << 56n) - 1n;
  return threshold > largest ? largest : threshold;
}

/** How many hexadecimal digits of the fraction are zero before the first that counts. */
function leading(fraction: number): number {
  if (fraction <= 0) return 0;
  return Math.max(0, Math.trunc(-(Math.floor(Math.log2(fraction)) + 1) / 4));
}

/** Fourteen digits without trailing zeros; `0` for the threshold that keeps everything. */
export function formatThreshold(threshold: bigint | number): string {
  const text = BigInt(threshold).toString(16).padStart(DIGITS, '0');
  let end = text.length;
  while (end > 1 && text.charCodeAt(end - 1) === 48) end--;
  return text.slice(0, end);
}

/** Probability of a threshold text, `(2^56 - T) / 2^56`. */
export function probabilityOf(th: string): number {
  return Number((1n << 56n) - BigInt(`0x${th.padEnd(DIGITS, '0')}`)) / TWO_56;
}

/** How many spans one exported span stands for: `2^56 / (2^56 - T)`. */
export function adjustedCount(th: string): number {
  return 1 / probabilityOf(th);
}

/** The rate rounded to a `th` of at most four significant digits, so that the text stays short. */
export function quantised(probability: number): Rate {
  if (probability >= 1) return rateOf(1);
  if (probability <= 0) return rateOf(0);
  return new Rate(probabilityOf(formatThreshold(thresholdOf(probability, 4))));
}
