import type * as transformer from '@opentelemetry/otlp-transformer';
import type { LogRecordExporter } from '@opentelemetry/sdk-logs';
import type { ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import type { Signal } from '../../src/core/index.ts';

type Transformer = typeof transformer;

/** What is exported at once, by signal. */
export interface Exported {
  traces: ReadableSpan[];
  metrics: ResourceMetrics;
  logs: Parameters<LogRecordExporter['export']>[0];
}

/** How a signal is written in OTLP and what its service is called. */
export interface OtlpSignal<S extends Signal> {
  readonly item: string;
  readonly service: string;
  protobuf(from: Transformer): transformer.ISerializer<Exported[S], unknown>;
  json(from: Transformer): transformer.ISerializer<Exported[S], unknown>;
  counter(from: Transformer): transformer.IExporterMetricsHelper<Exported[S]>;
}

/** Source: opentelemetry-proto 1.x, the `…_service.proto` files. */
export const OTLP_SIGNALS: { readonly [S in Signal]: OtlpSignal<S> } = {
  traces: {
    item: 'span',
    service: 'trace.v1.TraceService',
    protobuf: (from) => from.ProtobufTraceSerializer,
    json: (from) => from.JsonTraceSerializer,
    counter: (from) => from.TraceExporterMetricsHelper,
  },
  metrics: {
    item: 'metric',
    service: 'metrics.v1.MetricsService',
    protobuf: (from) => from.ProtobufMetricsSerializer,
    json: (from) => from.JsonMetricsSerializer,
    counter: (from) => from.MetricsExporterMetricsHelper,
  },
  logs: {
    item: 'log',
    service: 'logs.v1.LogsService',
    protobuf: (from) => from.ProtobufLogsSerializer,
    json: (from) => from.JsonLogsSerializer,
    counter: (from) => from.LogsExporterMetricsHelper,
  },
};
