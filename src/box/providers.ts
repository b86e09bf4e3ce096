import { context, logs, metrics, propagation, trace } from '@opentelemetry/api';
import { registerInstrumentations } from '@opentelemetry/instrumentation';
import { LoggerProvider } from '@opentelemetry/sdk-logs';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import type { Config } from '../config/index.ts';
import { EarlyTracerProvider, LeanTracerProvider } from '../tracer/index.ts';
import { settleAll } from './fan-out.ts';
import { installOldLogsApi } from './old-logs-api.ts';
import type { SdkConfiguration } from './sdk-configuration.ts';

/** What every provider of the SDK can do at the end. */
interface Provider {
  forceFlush(): Promise<void>;
  shutdown(): Promise<void>;
}

/** The choice of `SIGNALBOX_TRACER`. */
const TRACER_PROVIDERS = { lean: LeanTracerProvider, sdk: EarlyTracerProvider };

/** The running SDK. */
export interface Providers {
  forceFlush(): Promise<void>;
  /** Shuts the providers down: everything is delivered, or given up. */
  shutdown(): Promise<void>;
  /** Takes everything off the global API again, and the patches off the application. */
  unregister(): void;
}

/**
 * Starts the SDK and makes it the global one, as `NodeSDK.start()` does. Not through `NodeSDK`,
 * because that loads every exporter there is and reads the environment a second time, in its own
 * way (ARCHITECTURE.md, "Why not NodeSDK").
 */
export function startProviders(configuration: SdkConfiguration, tracer: Config['tracer']): Providers {
  installPropagation(configuration);
  const providers: Provider[] = [];
  const { resource } = configuration;
  let meterProvider: MeterProvider | undefined;
  let uninstallOldLogsApi: (() => void) | undefined;
  // Metrics first, so that what the other two measure about themselves has somewhere to go.
  if (configuration.metricReaders.length > 0) {
    const { views, metricReaders: readers } = configuration;
    meterProvider = new MeterProvider({ resource, views, readers });
    metrics.setGlobalMeterProvider(configuration.wrapMeterProvider(meterProvider));
    providers.push(meterProvider);
  }
  if (configuration.spanProcessors.length > 0) {
    const { sampler, spanLimits, spanProcessors, idGenerator } = configuration;
    const TracerProvider = TRACER_PROVIDERS[tracer];
    const tracerProvider = new TracerProvider({
      resource,
      sampler,
      spanLimits,
      spanProcessors,
      ...(idGenerator ? { idGenerator } : {}),
      ...(meterProvider ? { meterProvider } : {}),
    });
    trace.setGlobalTracerProvider(tracerProvider);
    providers.push(tracerProvider);
  }
  if (configuration.logRecordProcessors.length > 0) {
    const { logRecordLimits, logRecordProcessors: processors } = configuration;
    const loggerProvider = new LoggerProvider({
      resource,
      logRecordLimits,
      processors,
      ...(meterProvider ? { meterProvider } : {}),
    });
    logs.setGlobalLoggerProvider(loggerProvider);
    uninstallOldLogsApi = installOldLogsApi(loggerProvider);
    providers.push(loggerProvider);
  }
  // Last, so that they find the providers above and not the API's empty ones.
  const unregister = registerInstrumentations({ instrumentations: configuration.instrumentations });
  return {
    forceFlush: () => settleAll(providers, (provider) => provider.forceFlush()),
    // Metrics go last: the others may count while they shut down.
    shutdown: () => settleAll([...providers].reverse(), (provider) => provider.shutdown()),
    unregister: () => {
      unregister();
      uninstallOldLogsApi?.();
      for (const api of [trace, metrics, logs, propagation, context]) api.disable();
    },
  };
}

/** Context and propagators alone: all that is left with `OTEL_SDK_DISABLED=true`. */
export function installPropagation(
  configuration: Pick<SdkConfiguration, 'contextManager' | 'textMapPropagator'>,
): void {
  configuration.contextManager.enable();
  context.setGlobalContextManager(configuration.contextManager);
  propagation.setGlobalPropagator(configuration.textMapPropagator);
}
