import type { Counter, Meter, MetricOptions, ObservableCallback } from '@opentelemetry/api';
import type { SeriesGuard } from './series-guard.ts';
import { SummingCounter } from './summing-counter.ts';

/** Never has a value: it is there because the SDK runs the callbacks of observable instruments first. */
const FLUSH = 'signalbox.counters.flush';

/**
 * The counters of one provider, each once, however often an application creates it: they are
 * flushed at every collection and so cannot be forgotten.
 */
export class CounterTable {
  private readonly counters = new Map<string, SummingCounter>();
  private readonly scopes = new Map<string, SummingCounter[]>();

  /** @param scope tells meters apart */
  counter(
    kind: 'counter' | 'updown',
    scope: string,
    meter: Meter,
    name: string,
    options: MetricOptions | undefined,
    guard: SeriesGuard,
  ): Counter {
    const id = JSON.stringify([kind, scope, name, options]);
    let counter = this.counters.get(id);
    if (!counter) {
      const made =
        kind === 'counter' ? meter.createCounter(name, options) : meter.createUpDownCounter(name, options);
      counter = new SummingCounter(made, guard, kind === 'counter', options);
      this.counters.set(id, counter);
      this.listOf(scope, meter).push(counter);
    }
    return counter;
  }

  /** Hands on everything at once, where no collection will wait for callbacks. */
  flush(): void {
    for (const counter of this.counters.values()) counter.flush();
  }

  private listOf(scope: string, meter: Meter): SummingCounter[] {
    let list = this.scopes.get(scope);
    if (!list) {
      const counters: SummingCounter[] = [];
      const flush: ObservableCallback = async () => {
        // What is counted in the same turn still counts: the SDK collects a moment later, too.
        await Promise.resolve();
        for (const counter of counters) counter.flush();
      };
      meter.createObservableGauge(FLUSH).addCallback(flush);
      this.scopes.set(scope, counters);
      list = counters;
    }
    return list;
  }
}
