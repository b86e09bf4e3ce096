import { createRequire } from 'node:module';
import type { Host, Problem } from '../../../src/core/index.ts';

const load = createRequire(__filename);

/** A host with real timers, whose log and problems can be read; time can be moved on. */
export function testHost() {
  const lines: string[] = [];
  const problems: Problem[] = [];
  const loaded: string[] = [];
  const time = { now: 0 };
  const log = (level: string) => (message: string) => void lines.push(`${level} ${message}`);
  const host: Host = {
    clock: { now: () => Date.now(), monotonic: () => performance.now() + time.now },
    log: { error: log('error'), warn: log('warn'), info: log('info'), debug: () => {} },
    counters: { add: () => {} },
    report: (problem) => void problems.push(problem),
    load: (module) => {
      loaded.push(module);
      return load(module);
    },
    after(delay, task) {
      const timer = setTimeout(task, delay).unref();
      return { cancel: () => clearTimeout(timer) };
    },
    every(interval, task) {
      const timer = setInterval(task, interval).unref();
      return { cancel: () => clearInterval(timer) };
    },
  };
  return { host, lines, problems, loaded, time };
}
