/**
 * `signal-exit` (which many packages use to clean up) adds a listener per signal, and sends the
 * signal again only if all listeners are its own. Its listeners therefore do not count as the
 * application handling the signal: were each to wait for the other, the process would live on.
 *
 * @returns how many of the listeners for `signal` belong to it
 */
export function listenersOfSignalExit(target: NodeJS.Process, signal: NodeJS.Signals): number {
  // Version 3 keeps its emitter under this name, version 4 under the symbol; both count their copies.
  const emitters = [
    Reflect.get(target, '__signal_exit_emitter__'),
    Reflect.get(globalThis, Symbol.for('signal-exit emitter')),
  ];
  let count = 0;
  for (const emitter of emitters as ({ count?: unknown } | undefined)[]) {
    if (typeof emitter?.count === 'number') count += emitter.count;
  }
  return Math.min(count, target.listenerCount(signal) - 1);
}
