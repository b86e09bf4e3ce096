/** Long enough for every flush; the longest interval of Node.js. */
const FOR_EVER = 2_147_483_647;

/**
 * Keeps the process alive while somebody waits for a flush: a program whose last act is
 * `await forceFlush()` must not end before it is done. Everything else here lets the process go, so
 * this is the one timer that is not the host's. Whoever calls it bounds the time.
 *
 * @returns a function that lets go
 */
export function keepAlive(): () => void {
  // biome-ignore lint/style/noRestrictedGlobals: the host's timers never keep the process alive, and this one is there to do so.
  const timer = setInterval(() => {}, FOR_EVER);
  return () => clearInterval(timer);
}
