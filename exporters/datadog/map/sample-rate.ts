const TWO_56 = 2 ** 56;

/**
 * The sampling probability that a trace state carries as `ot=th:…`, if any.
 * Source: OpenTelemetry specification, TraceState handling: the threshold is up to 14 hex digits,
 * right-padded with zeros; the probability is 1 - T / 2^56.
 */
export function rateOf(traceState: string): number | undefined {
  if (!traceState.includes('th:')) return undefined;
  const digits = /(?:^|,)\s*ot=(?:[^,]*;)?th:([0-9a-f]{1,14})(?:[;,]|\s*$)/.exec(traceState)?.[1];
  if (digits === undefined) return undefined;
  return 1 - Number.parseInt(digits.padEnd(14, '0'), 16) / TWO_56;
}
