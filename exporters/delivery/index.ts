export { createLogDelivery, createMetricReader, createSpanDelivery } from './delivery.ts';
export { explainFailure, type Failure } from './failure.ts';
export { DestinationHealth } from './health.ts';
export { type ObserveOptions, observeLogs, observeMetrics, observeSpans } from './observe.ts';
export type { BatchOptions, MetricReaderOptions } from './options.ts';
export { repeatsHealth } from './repeated-messages.ts';
