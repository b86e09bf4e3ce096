import type { MetricData, MetricProducer, ResourceMetrics } from '@opentelemetry/sdk-metrics';

/** The parts of the SDK's own producer that are read here. Source: sdk-metrics 3.1, `MetricCollector`. */
interface Inside {
  readonly _sharedState: {
    readonly resource: ResourceMetrics['resource'];
    readonly meterSharedStates: ReadonlyMap<string, MeterState>;
  };
}

interface MeterState {
  readonly _instrumentationScope: ResourceMetrics['scopeMetrics'][number]['scope'];
  readonly metricStorageRegistry: { getStorages(collector: unknown): readonly Storage[] };
}

interface Storage {
  getInstrumentDescriptor(): { readonly type: string };
  collect(collector: unknown, time: [seconds: number, nanoseconds: number]): MetricData | undefined;
}

/**
 * Collects at once what the SDK can only collect with a promise, for the `exit` event, where none is
 * ever settled. Observable instruments are left out: their callbacks may be asynchronous. This reads
 * the inside of the SDK; where that looks different, nothing is collected.
 *
 * @param now milliseconds since the Unix epoch
 */
export function collectNow(producer: MetricProducer, now: number): ResourceMetrics | undefined {
  try {
    const { resource, meterSharedStates } = (producer as unknown as Inside)._sharedState;
    const time: [number, number] = [Math.floor(now / 1_000), Math.round((now % 1_000) * 1e6)];
    const scopeMetrics = [];
    for (const { _instrumentationScope: scope, metricStorageRegistry } of meterSharedStates.values()) {
      const metrics = metricStorageRegistry
        .getStorages(producer)
        .filter((storage) => !storage.getInstrumentDescriptor().type.startsWith('OBSERVABLE_'))
        .flatMap((storage) => storage.collect(producer, time) ?? []);
      if (metrics.length > 0) scopeMetrics.push({ scope, metrics });
    }
    return { resource, scopeMetrics };
  } catch {
    return undefined;
  }
}
