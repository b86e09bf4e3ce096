import type { LogRecordExporter } from '@opentelemetry/sdk-logs';
import type { PushMetricExporter } from '@opentelemetry/sdk-metrics';
import type { SpanExporter } from '@opentelemetry/sdk-trace';
import type { Host, Signal } from '../../src/core/index.ts';
import { Delivery } from './delivery.ts';
import type { Fallback } from './detour.ts';
import { DestinationHealth } from './health.ts';
import { type BatchOptions, DELIVERY_DEFAULTS, type DeliveryOptions } from './options.ts';
import { DeliveryLogProcessor, DeliveryMetricExporter, DeliverySpanProcessor } from './processors.ts';
import type { Spool } from './spool/index.ts';

/** Whose delivery it is, and how it is done. Everything has a default. */
export interface DeliverySetup {
  /** The exporter's name, for messages and numbers. */
  readonly name?: string;
  /** One per destination, shared by its signals. */
  readonly health?: DestinationHealth;
  readonly options?: Partial<DeliveryOptions>;
  /** Where what cannot be sent is kept on disk, shared by all destinations. */
  readonly spool?: Spool;
}

/** The same with what stands in for the destination, for one signal. */
export interface SignalSetup<S extends Signal> extends DeliverySetup {
  readonly fallback?: Fallback<S>;
}

/**
 * The end of the span pipeline for one destination: gathers spans into batches and delivers them,
 * with its own queue, so that one slow destination never holds up another.
 */
export function createSpanDelivery(
  exporter: SpanExporter,
  batch: BatchOptions,
  host: Host,
  setup: SignalSetup<'traces'> = {},
): DeliverySpanProcessor {
  const { name, health, options } = complete(setup, 'span exporter', host);
  const { queueSize, timeout } = batch;
  const parts = {
    name,
    signal: 'traces' as const,
    exporter,
    health,
    host,
    queueSize,
    timeout,
    options,
    fallback: setup.fallback,
    spool: setup.spool?.stream(name, 'traces'),
  };
  return new DeliverySpanProcessor(new Delivery(parts), gathering(batch, options), host);
}

/** The end of the log pipeline for one destination; see {@link createSpanDelivery}. */
export function createLogDelivery(
  exporter: LogRecordExporter,
  batch: BatchOptions,
  host: Host,
  setup: SignalSetup<'logs'> = {},
): DeliveryLogProcessor {
  const { name, health, options } = complete(setup, 'log exporter', host);
  const { queueSize, timeout } = batch;
  const parts = {
    name,
    signal: 'logs' as const,
    exporter,
    health,
    host,
    queueSize,
    timeout,
    options,
    fallback: setup.fallback,
    spool: setup.spool?.stream(name, 'logs'),
  };
  return new DeliveryLogProcessor(new Delivery(parts), gathering(batch, options), host);
}

/**
 * The end of the metric pipeline for one destination; see {@link createSpanDelivery}. When the queue
 * is full the oldest interval goes, since the newest totals hold it. Read it with
 * {@link createMetricReader}.
 */
export function createMetricDelivery(
  exporter: PushMetricExporter,
  { queueSize, timeout }: Pick<BatchOptions, 'queueSize' | 'timeout'>,
  host: Host,
  setup: SignalSetup<'metrics'> = {},
): DeliveryMetricExporter {
  const { name, health, options } = complete(setup, 'metric exporter', host);
  const parts = {
    name,
    signal: 'metrics' as const,
    exporter,
    health,
    host,
    queueSize,
    timeout,
    options: { ...options, whenFull: 'oldest' as const },
    fallback: setup.fallback,
    spool: setup.spool?.stream(name, 'metrics'),
  };
  return new DeliveryMetricExporter(new Delivery(parts), exporter);
}

function complete({ name, health, options }: DeliverySetup, what: string, host: Host) {
  const title = name ?? what;
  return {
    name: title,
    health: health ?? new DestinationHealth(title, host),
    options: { ...DELIVERY_DEFAULTS, ...options },
  };
}

function gathering(batch: BatchOptions, { batchBytes }: DeliveryOptions) {
  const { queueSize, delay } = batch;
  const batchSize = Math.min(batch.batchSize, queueSize);
  // What is being gathered cannot be dropped in favour of what is newer: it must stay a small part.
  const busyBatchSize = Math.max(batchSize, Math.min(batch.busyBatchSize ?? 0, queueSize >> 3));
  return { batchSize, busyBatchSize, delay, batchBytes };
}
