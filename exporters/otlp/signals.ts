import type * as transformer from '@opentelemetry/otlp-transformer';
import type { Signal } from '../../src/core/index.ts';

type Serializer = transformer.ISerializer<never, unknown>;

/** How a signal is written in OTLP's JSON form and what its service is called. */
export interface OtlpSignal {
  readonly service: string;
  json(from: typeof transformer): transformer.ISerializer<unknown, unknown>;
}

/** Source: opentelemetry-proto 1.x, the `…_service.proto` files. */
export const OTLP_SIGNALS: Readonly<Record<Signal, OtlpSignal>> = {
  traces: {
    service: 'trace.v1.TraceService',
    json: (from) => anyBatch(from.JsonTraceSerializer),
  },
  metrics: {
    service: 'metrics.v1.MetricsService',
    json: (from) => anyBatch(from.JsonMetricsSerializer),
  },
  logs: {
    service: 'logs.v1.LogsService',
    json: (from) => anyBatch(from.JsonLogsSerializer),
  },
};

/** The table's keys say which batch it takes. */
function anyBatch(serializer: Serializer): transformer.ISerializer<unknown, unknown> {
  return serializer as transformer.ISerializer<unknown, unknown>;
}
