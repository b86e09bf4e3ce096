/** Headers of an answer, in lower case. */
interface Headers {
  readonly 'retry-after'?: string | undefined;
  readonly date?: string | undefined;
}

/**
 * Milliseconds that a server wants to be left alone, from seconds or an HTTP-date; undefined if it does
 * not say so. A date is compared with the server's own clock if the answer tells it, since ours may be
 * wrong. Source: RFC 9110, sections 10.2.3 and 6.6.1.
 *
 * @param now milliseconds since the epoch on our clock
 */
export function retryAfter(headers: Headers, now: number): number | undefined {
  const { 'retry-after': value, date } = headers;
  if (value === undefined) return undefined;
  if (/^\d+$/.test(value)) return Number(value) * 1_000;
  const theirs = date === undefined ? Number.NaN : Date.parse(date);
  const ms = Date.parse(value) - (Number.isNaN(theirs) ? now : theirs);
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}
