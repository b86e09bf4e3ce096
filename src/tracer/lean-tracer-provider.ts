import type { Tracer, TracerOptions, TracerProvider } from '@opentelemetry/api';
import {
  type ForceFlushOptions,
  TracerProvider as SdkTracerProvider,
  type TracerProviderOptions,
} from '@opentelemetry/sdk-trace';
import { Engine } from './engine.ts';
import { INSPECT, type InspectArguments, inspected, knownAttributes } from './inspect.ts';
import { LeanTracer } from './lean-tracer.ts';
import { TracerCache } from './tracer-cache.ts';

/**
 * A `TracerProvider` in the place of the SDK's: the same options, and the same behaviour in all
 * that samplers, processors and exporters can see, at a fraction of the time for each span
 * (docs/performance.md). Metrics about itself are counted under the scope `signalbox`.
 */
export class LeanTracerProvider implements TracerProvider {
  private readonly engine: Engine;
  /** What happens to processors at the end is not worth writing again. */
  private readonly processors: SdkTracerProvider;
  private readonly tracers: TracerCache<LeanTracer>;

  constructor(options: TracerProviderOptions = {}) {
    this.engine = new Engine(options);
    const { spanProcessors = [] } = options;
    this.processors = new SdkTracerProvider({ resource: this.engine.resource, spanProcessors });
    this.tracers = new TracerCache(
      // Keys without a value are there too, as with the SDK's.
      (name, version, schemaUrl) =>
        new LeanTracer(this.engine, { name, version, schemaUrl } as { name: string }),
    );
  }

  getTracer(name: string, version?: string, options?: TracerOptions): Tracer {
    return this.tracers.get(name, version, options);
  }

  /** @throws a list of errors if a processor fails, or takes longer than 30 s or the given time */
  forceFlush(options?: ForceFlushOptions): Promise<void> {
    return this.processors.forceFlush(options);
  }

  shutdown(): Promise<void> {
    return this.processors.shutdown();
  }

  [INSPECT](...how: InspectArguments): string {
    const resource = { attributes: knownAttributes(this.engine.resource) };
    return inspected('LeanTracerProvider', { resource, tracers: this.tracers.keys() }, how);
  }
}
