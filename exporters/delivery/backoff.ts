/**
 * Milliseconds before the next attempt: exponential with full jitter, i.e. evenly spread between 0
 * and the cap, which doubles with each failure. Source: AWS Architecture Blog, "Exponential Backoff
 * And Jitter". What the server asks for (`Retry-After`) is a lower bound, within reason.
 *
 * @param failures how many attempts have failed, at least 1
 */
export function retryDelay(
  failures: number,
  after: number | undefined,
  { retryDelay: base, maxRetryDelay: cap }: { readonly retryDelay: number; readonly maxRetryDelay: number },
  random: () => number = Math.random,
): number {
  const ceiling = Math.min(cap, base * 2 ** Math.min(failures - 1, 30));
  return Math.max(random() * ceiling, boundedAfter(after));
}

/** A server that asks for more is asked again all the same: 10 minutes. */
export const MAX_RETRY_AFTER = 600_000;

/** What the server asks for, within reason. */
export function boundedAfter(after: number | undefined): number {
  return after === undefined || Number.isNaN(after) ? 0 : Math.min(Math.max(after, 0), MAX_RETRY_AFTER);
}
