import type { ContextManager, MeterProvider, TextMapPropagator } from '@opentelemetry/api';
import type { Instrumentation } from '@opentelemetry/instrumentation';
import type { Resource } from '@opentelemetry/resources';
import type { LogRecordLimits, LogRecordProcessor } from '@opentelemetry/sdk-logs';
import type { IMetricReader, ViewOptions } from '@opentelemetry/sdk-metrics';
import type { IdGenerator, Sampler, SpanLimits, SpanProcessor } from '@opentelemetry/sdk-trace';

/**
 * The assembled SDK in the shape of `NodeSDK`'s constructor options, so that
 * `new NodeSDK(nodeSdkConfiguration())` is the same set-up. An empty list turns its signal off.
 */
export interface SdkConfiguration {
  readonly autoDetectResources: false;
  readonly resource: Resource;
  readonly contextManager: ContextManager;
  readonly textMapPropagator: TextMapPropagator;
  readonly sampler: Sampler;
  readonly idGenerator?: IdGenerator;
  readonly spanLimits: SpanLimits;
  readonly spanProcessors: SpanProcessor[];
  readonly metricReaders: IMetricReader[];
  readonly views: ViewOptions[];
  /** Not known to `NodeSDK`: wraps the provider that the application gets its meters from. */
  wrapMeterProvider(provider: MeterProvider): MeterProvider;
  readonly logRecordProcessors: LogRecordProcessor[];
  /** Not known to `NodeSDK`, which reads the limits of log records from the environment only. */
  readonly logRecordLimits: LogRecordLimits;
  readonly instrumentations: Instrumentation[];
}
