import { testHost } from './host.ts';

/** A host whose time stands still until the test moves it on; promises run in between. */
export function manualHost() {
  const base = testHost();
  let now = 0;
  let timers: { readonly at: number; readonly task: () => void }[] = [];
  const after = (delay: number, task: () => void) => {
    const timer = { at: now + delay, task };
    timers.push(timer);
    return {
      cancel: () => {
        timers = timers.filter((other) => other !== timer);
      },
    };
  };
  const host = {
    ...base.host,
    clock: { now: () => now, monotonic: () => now },
    after,
    every: (interval: number, task: () => void) => {
      const again = () => {
        current = after(interval, again);
        task();
      };
      let current = after(interval, again);
      return { cancel: () => current.cancel() };
    },
  };
  /** Moves time on by so many ms, timer by timer. */
  const advance = async (ms: number): Promise<void> => {
    const end = now + ms;
    await settle();
    for (;;) {
      const next = timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      now = Math.max(now, next.at);
      timers = timers.filter((timer) => timer !== next);
      next.task();
      await settle();
    }
    now = end;
  };
  return { ...base, host, advance, now: () => now, pendingTimers: () => timers.length };
}

/** Lets everything happen that needs no time. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
}
