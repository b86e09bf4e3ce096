import type { LogRecordExporter } from '@opentelemetry/sdk-logs';
import type { PushMetricExporter } from '@opentelemetry/sdk-metrics';
import type { SpanExporter } from '@opentelemetry/sdk-trace';
import type { Host, Signal } from '../../src/core/index.ts';
import { Delivery, type DeliveryParts } from './delivery.ts';
import type { Fallback } from './detour.ts';
import { DestinationHealth } from './health.ts';
import { type BatchOptions, DELIVERY_DEFAULTS, type DeliveryOptions } from './options.ts';
import type { PlainExporter } from './plain-sender.ts';
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
  const parts = partsOf('traces', exporter, batch, host, setup);
  return new DeliverySpanProcessor(new Delivery(parts), gathering(batch, parts.options), host);
}

/** The end of the log pipeline for one destination; see {@link createSpanDelivery}. */
export function createLogDelivery(
  exporter: LogRecordExporter,
  batch: BatchOptions,
  host: Host,
  setup: SignalSetup<'logs'> = {},
): DeliveryLogProcessor {
  const parts = partsOf('logs', exporter, batch, host, setup);
  return new DeliveryLogProcessor(new Delivery(parts), gathering(batch, parts.options), host);
}

/**
 * The end of the metric pipeline for one destination; see {@link createSpanDelivery}. When the queue
 * is full the oldest interval goes, since the newest totals hold it. Read it with
 * {@link createMetricReader}.
 */
export function createMetricDelivery(
  exporter: PushMetricExporter,
  batch: Pick<BatchOptions, 'queueSize' | 'timeout'>,
  host: Host,
  setup: SignalSetup<'metrics'> = {},
): DeliveryMetricExporter {
  const parts = partsOf('metrics', exporter, batch, host, setup);
  const options = { ...parts.options, whenFull: 'oldest' as const };
  return new DeliveryMetricExporter(new Delivery({ ...parts, options }), exporter);
}

const TITLES = { traces: 'span exporter', logs: 'log exporter', metrics: 'metric exporter' } as const;

/** What a delivery is made of, with the defaults filled in. */
function partsOf<S extends Signal>(
  signal: S,
  exporter: PlainExporter,
  { queueSize, timeout }: Pick<BatchOptions, 'queueSize' | 'timeout'>,
  host: Host,
  { name = TITLES[signal], health = new DestinationHealth(name, host), fallback, ...setup }: SignalSetup<S>,
): DeliveryParts<S> {
  const options = { ...DELIVERY_DEFAULTS, ...setup.options };
  const spool = setup.spool?.stream(name, signal);
  return { name, signal, exporter, health, host, queueSize, timeout, options, fallback, spool };
}

function gathering(batch: BatchOptions, { batchBytes }: DeliveryOptions) {
  const { queueSize, delay } = batch;
  const batchSize = Math.min(batch.batchSize, queueSize);
  // What is being gathered cannot be dropped in favour of what is newer: it must stay a small part.
  const busyBatchSize = Math.max(batchSize, Math.min(batch.busyBatchSize ?? 0, queueSize >> 3));
  return { batchSize, busyBatchSize, delay, batchBytes };
}
