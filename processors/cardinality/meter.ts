import type {
  Attributes,
  BatchObservableCallback,
  Context,
  Counter,
  Gauge,
  Histogram,
  Meter,
  MeterOptions,
  MeterProvider,
  MetricOptions,
  Observable,
  ObservableCallback,
  UpDownCounter,
} from '@opentelemetry/api';
import { CounterTable } from './counter-table.ts';
import type { Guards } from './guards.ts';
import type { SeriesGuard } from './series-guard.ts';

/**
 * The provider, with meters whose instruments keep to the limits. Works with any provider that
 * implements the OpenTelemetry API; everything but `getMeter` is the provider's own.
 */
export function guardMeterProvider<P extends MeterProvider>(
  provider: P,
  guards: Guards,
  counters: CounterTable = new CounterTable(),
): P {
  const getMeter = (name: string, version?: string, options?: MeterOptions): Meter => {
    const meter = provider.getMeter(name, version, options);
    const scope = `${name}@${version ?? ''}`;
    return new GuardedMeter(meter, scope, guards, `${scope}:${options?.schemaUrl ?? ''}`, counters);
  };
  return Object.create(provider, { getMeter: { value: getMeter, writable: true, configurable: true } }) as P;
}

/** A meter whose instruments keep to the limits. */
export class GuardedMeter implements Meter {
  private readonly batch = new Map<BatchObservableCallback, BatchObservableCallback>();

  constructor(
    private readonly meter: Meter,
    private readonly scope: string,
    private readonly guards: Guards,
    /** Tells apart what the SDK does. */
    private readonly id: string,
    private readonly counters: CounterTable,
  ) {}

  createCounter(name: string, options?: MetricOptions): Counter {
    const guard = this.guards.of(this.scope, name);
    return this.counters.counter('counter', this.id, this.meter, name, options, guard);
  }

  createUpDownCounter(name: string, options?: MetricOptions): UpDownCounter {
    const guard = this.guards.of(this.scope, name);
    return this.counters.counter('updown', this.id, this.meter, name, options, guard);
  }

  createHistogram(name: string, options?: MetricOptions): Histogram {
    return new GuardedRecorder(this.meter.createHistogram(name, options), this.guards.of(this.scope, name));
  }

  createGauge(name: string, options?: MetricOptions): Gauge {
    return new GuardedRecorder(this.meter.createGauge(name, options), this.guards.of(this.scope, name));
  }

  createObservableCounter(name: string, options?: MetricOptions): Observable {
    return new GuardedObservable(
      this.meter.createObservableCounter(name, options),
      this.guards.of(this.scope, name),
      true,
    );
  }

  createObservableUpDownCounter(name: string, options?: MetricOptions): Observable {
    const observable = this.meter.createObservableUpDownCounter(name, options);
    return new GuardedObservable(observable, this.guards.of(this.scope, name), true);
  }

  createObservableGauge(name: string, options?: MetricOptions): Observable {
    return new GuardedObservable(
      this.meter.createObservableGauge(name, options),
      this.guards.of(this.scope, name),
      false,
    );
  }

  addBatchObservableCallback(callback: BatchObservableCallback, observables: Observable[]): void {
    let guarded = this.batch.get(callback);
    if (!guarded) {
      guarded = guardBatch(callback);
      this.batch.set(callback, guarded);
    }
    this.meter.addBatchObservableCallback(guarded, observables.map(unwrap));
  }

  removeBatchObservableCallback(callback: BatchObservableCallback, observables: Observable[]): void {
    const guarded = this.batch.get(callback);
    if (!guarded) return;
    this.meter.removeBatchObservableCallback(guarded, observables.map(unwrap));
  }
}

class GuardedRecorder implements Histogram {
  constructor(
    private readonly instrument: Histogram,
    private readonly guard: SeriesGuard,
  ) {}

  record(value: number, attributes?: Attributes, context?: Context): void {
    this.instrument.record(value, this.guard.admit(attributes), context);
  }
}

class GuardedObservable implements Observable {
  private readonly callbacks = new Map<ObservableCallback, ObservableCallback>();

  constructor(
    readonly original: Observable,
    readonly guard: SeriesGuard,
    readonly adds: boolean,
  ) {}

  addCallback(callback: ObservableCallback): void {
    if (this.callbacks.has(callback)) return;
    const guarded: ObservableCallback = async (result) => {
      const observations = new Observations(this);
      try {
        await callback({ observe: (value, attributes) => observations.observe(value, attributes) });
      } finally {
        observations.flush((value, attributes) => result.observe(value, attributes));
      }
    };
    this.callbacks.set(callback, guarded);
    this.original.addCallback(guarded);
  }

  removeCallback(callback: ObservableCallback): void {
    const guarded = this.callbacks.get(callback);
    if (!guarded) return;
    this.callbacks.delete(callback);
    this.original.removeCallback(guarded);
  }
}

/**
 * What one run of a callback observed. The SDK keeps only the last observation of a series, so
 * those that fall into the same one are added up here first.
 */
class Observations {
  private readonly values = new Map<Attributes, number>();

  constructor(private readonly observable: GuardedObservable) {}

  observe(value: number, attributes?: Attributes): void {
    const series = this.observable.guard.admit(attributes);
    const before = this.observable.adds ? (this.values.get(series) ?? 0) : 0;
    this.values.set(series, before + value);
  }

  flush(observe: (value: number, attributes: Attributes) => void): void {
    for (const [attributes, value] of this.values) observe(value, attributes);
  }
}

function guardBatch(callback: BatchObservableCallback): BatchObservableCallback {
  return async (result) => {
    const observations = new Map<GuardedObservable, Observations>();
    const observe: typeof result.observe = (observable, value, attributes) => {
      if (!(observable instanceof GuardedObservable)) return result.observe(observable, value, attributes);
      const own = observations.get(observable) ?? new Observations(observable);
      observations.set(observable, own);
      own.observe(value, attributes);
    };
    try {
      await callback({ observe });
    } finally {
      for (const [{ original }, own] of observations) {
        own.flush((value, attributes) => result.observe(original, value, attributes));
      }
    }
  };
}

function unwrap(observable: Observable): Observable {
  return observable instanceof GuardedObservable ? observable.original : observable;
}
