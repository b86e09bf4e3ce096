/**
 * What Datadog tracers do with the sample rates of an Agent. Pure; where the rates come from and what
 * is done with the decision is the business of a sampler.
 */

/** Source: Datadog tracers, the factor all of them hash trace ids with. */
const FACTOR = 1_111_111_111_111_111_111n;
const MAX_UINT64 = 2 ** 64 - 1;
const DEFAULT_KEY = 'service:,env:';

/**
 * True if a trace is kept at this rate: `(low 64 bits * 1111111111111111111) mod 2^64` is at most
 * `rate * (2^64 - 1)`. Every Datadog tracer decides the same for the same trace.
 *
 * @param traceId 32 (or 16) hex digits
 * @param rate from 0 to 1
 */
export function keepsTrace(traceId: string, rate: number): boolean {
  if (rate >= 1) return true;
  if (!(rate > 0)) return false;
  const hash = BigInt.asUintN(64, BigInt(`0x${traceId.slice(-16)}`) * FACTOR);
  return hash <= BigInt(Math.floor(rate * MAX_UINT64));
}

/** The rate for a service and environment: its own, else the default one, else undefined. */
export function rateOf(
  byService: Readonly<Record<string, number>>,
  service: string,
  env: string,
): number | undefined {
  const key = `service:${service},env:${env}`;
  if (Object.hasOwn(byService, key)) return byService[key];
  return Object.hasOwn(byService, DEFAULT_KEY) ? byService[DEFAULT_KEY] : undefined;
}

/** A rate as `_dd.p.ksr` carries it: at most six decimals, without trailing zeros. */
export function formatRate(rate: number): string {
  return String(Number(rate.toFixed(6)));
}
