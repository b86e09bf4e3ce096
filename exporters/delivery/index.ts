export type { DeliveryStats, DropReason } from './accounts.ts';
export { retryDelay } from './backoff.ts';
export { BATCH_KINDS, countDataPoints } from './batch-kind.ts';
export { Breaker, type BreakerOptions, type BreakerState, type Permit } from './breaker.ts';
export {
  createLogDelivery,
  createMetricDelivery,
  createSpanDelivery,
  type DeliverySetup,
  type SignalSetup,
} from './create.ts';
export { Delivery, type DeliveryParts, type DestinationStats } from './delivery.ts';
export {
  type BatchOf,
  type Deliverable,
  type Destination,
  destinationOf,
  type ItemOf,
  type Packed,
  type Packing,
  type RemoteTransport,
} from './destination.ts';
export { DestinationExporter } from './destination-exporter.ts';
export type { Fallback } from './detour.ts';
export type { ExitBatch, ExitPiece, ExitRest, ExitTaker, ExitWay } from './exit-ways.ts';
export {
  describeFailure,
  explainFailure,
  type Failure,
  isTransient,
  RETRYABLE_GRPC,
  RETRYABLE_HTTP,
} from './failure.ts';
export { FallbackRoute, type FallbackRouteParts } from './fallback-route.ts';
export { FlushError } from './flush-error.ts';
export { DestinationHealth } from './health.ts';
export { createMetricReader, type LastReading } from './metric-reader.ts';
export {
  type BatchOptions,
  DELIVERY_DEFAULTS,
  type DeliveryOptions,
  type DropPolicy,
  type MetricReaderOptions,
  shorterLimit,
} from './options.ts';
export { DeliveryLogProcessor, DeliveryMetricExporter, DeliverySpanProcessor } from './processors.ts';
export { repeatsHealth } from './repeated-messages.ts';
export { retryAfter } from './retry-after.ts';
export { observeDeliveries, observeSpool } from './self-metrics.ts';
export {
  Spool,
  type SpoolCodec,
  type SpoolMode,
  type SpoolOptions,
  type SpoolStats,
} from './spool/index.ts';
