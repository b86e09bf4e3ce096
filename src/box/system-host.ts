import { writeSync } from 'node:fs';
import type { Environment } from '../config/index.ts';
import type { Clock, Counters, Host, Log, Report, Timer } from '../core/index.ts';

/** The environment of this process. Read here and nowhere else. */
export function environment(): Environment {
  return process.env;
}

/**
 * Writes one line to stderr. Synchronous and without a stream, so that it works while the process
 * ends and adds no listener to `process.stderr`; a closed stderr is not the application's problem.
 */
export function writeLine(line: string): void {
  try {
    writeSync(2, `${line}\n`);
  } catch {
    // Nobody is listening.
  }
}

/** The clocks of this machine. */
export const systemClock: Clock = { now: () => Date.now(), monotonic: () => performance.now() };

/** What a {@link systemHost} is made of. */
export interface HostParts {
  readonly log: Log;
  readonly report: Report;
  readonly counters: Counters;
  /** Loads an optional package, from here or from the application. */
  load(specifier: string): unknown;
}

/** The real host: system clock, unreferenced timers. */
export function systemHost({ log, report, counters, load }: HostParts): Host {
  return {
    clock: systemClock,
    log,
    report,
    counters,
    load: <T>(specifier: string) => load(specifier) as T,
    after: (delay, task) => timer(setTimeout(task, delay).unref(), clearTimeout),
    every: (interval, task) => timer(setInterval(task, interval).unref(), clearInterval),
  };
}

function timer(handle: NodeJS.Timeout, clear: (handle: NodeJS.Timeout) => void): Timer {
  return { cancel: () => clear(handle) };
}
