import { type Counter, metrics, type UpDownCounter } from '@opentelemetry/api';
import { type Counters, VERSION } from '../core/index.ts';

/** Numbers that also go down: what is held at the moment. */
const UP_AND_DOWN = /\.buffer\.(spans|bytes)$/;

/** Counts into the same metrics pipeline as the application; made on first use, when it stands. */
export function createCounters(): Counters {
  const counters = new Map<string, Counter | UpDownCounter>();
  return {
    add(name, value = 1, attributes = {}) {
      let counter = counters.get(name);
      if (!counter) {
        const meter = metrics.getMeter('signalbox', VERSION);
        counter = UP_AND_DOWN.test(name) ? meter.createUpDownCounter(name) : meter.createCounter(name);
        counters.set(name, counter);
      }
      counter.add(value, attributes);
    },
  };
}
