import { type Counter, metrics } from '@opentelemetry/api';
import { type Counters, VERSION } from '../core/index.ts';

/** Counts into the same metrics pipeline as the application; made on first use, when it stands. */
export function createCounters(): Counters {
  const counters = new Map<string, Counter>();
  return {
    add(name, value = 1, attributes = {}) {
      let counter = counters.get(name);
      if (!counter) {
        counter = metrics.getMeter('signalbox', VERSION).createCounter(name);
        counters.set(name, counter);
      }
      counter.add(value, attributes);
    },
  };
}
