import type { HeaderSource, Host, Outcome } from '../../src/core/index.ts';
import { isSame } from './listeners.ts';

type Headers = Readonly<Record<string, string>>;

/**
 * Sends one request with credentials, and once more if they are refused and there are others by now.
 * Without credentials nothing is sent. Never rejects if `send` does not.
 *
 * @param timeout milliseconds for all of it; 0 for no limit
 */
export async function sendWithCredentials(
  source: HeaderSource,
  timeout: number,
  clock: Host['clock'],
  send: (headers: Headers, timeout: number) => Promise<Outcome>,
): Promise<Outcome> {
  const deadline = timeout > 0 ? clock.monotonic() + timeout : Number.POSITIVE_INFINITY;
  const left = (): number => (Number.isFinite(deadline) ? Math.max(1, deadline - clock.monotonic()) : 0);
  const state = await source.get(timeout);
  if ('missing' in state) return { kind: 'paused', reason: state.missing };
  const outcome = await send(state.headers, left());
  if (outcome.kind !== 'paused' || !(await source.refused(state.headers, left()))) return outcome;
  const other = source.now();
  if ('missing' in other || isSame(other.headers, state.headers)) return outcome;
  return send(other.headers, left());
}
