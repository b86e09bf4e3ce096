import type { DeliveryConfig } from './config.ts';
import type { SettingsReader } from './reader.ts';
import * as delivery from './variables/delivery.ts';
import { SHUTDOWN_TIMEOUT } from './variables/general.ts';

/** How telemetry is kept and sent again, the same for every destination. */
export function readDelivery(reader: SettingsReader): DeliveryConfig {
  return {
    queueItems: reader.get(delivery.QUEUE_ITEMS),
    queueBytes: reader.get(delivery.QUEUE_BYTES),
    batchBytes: reader.get(delivery.BATCH_BYTES),
    whenFull: reader.get(delivery.QUEUE_FULL) === 'drop_oldest' ? 'oldest' : 'newest',
    concurrency: reader.get(delivery.CONCURRENCY),
    retryDelay: reader.get(delivery.RETRY_DELAY),
    maxRetryDelay: reader.get(delivery.RETRY_MAX_DELAY),
    breakerThreshold: reader.get(delivery.BREAKER_THRESHOLD),
    breakerReset: reader.get(delivery.BREAKER_RESET) * 1_000,
    shutdownTimeout: reader.get(SHUTDOWN_TIMEOUT),
  };
}
