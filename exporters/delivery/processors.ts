import { type Context, TraceFlags } from '@opentelemetry/api';
import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import type { LogRecordProcessor, ReadableLogRecord, ReadWriteLogRecord } from '@opentelemetry/sdk-logs';
import type { PushMetricExporter, ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { ReadableSpan, Span, SpanProcessor } from '@opentelemetry/sdk-trace';
import type { Host } from '../../src/core/index.ts';
import { BATCH_KINDS } from './batch-kind.ts';
import { Batcher } from './batcher.ts';
import type { Delivery } from './delivery.ts';
import type { BatchOf, ItemOf } from './destination.ts';
import { sizeOfLog, sizeOfSpan } from './size.ts';

/** How items are gathered. */
interface Gathering {
  readonly batchSize: number;
  readonly busyBatchSize: number;
  readonly batchBytes: number;
  readonly delay: number;
}

/** A batcher in front of a delivery. */
function batcherOf<S extends 'traces' | 'logs'>(
  delivery: Delivery<S>,
  { batchSize, busyBatchSize, batchBytes, delay }: Gathering,
  host: Pick<Host, 'after'>,
): Batcher<ItemOf[S]> {
  const batcher = new Batcher<ItemOf[S]>(
    {
      maxItems: batchSize,
      maxItemsBusy: busyBatchSize,
      maxBytes: batchBytes,
      delay,
      isBusy: () => delivery.isBusy,
      onBatch: (items, bytes) => delivery.add(items as BatchOf[S], items.length, bytes),
    },
    host,
  );
  delivery.onCut(() => batcher.cut());
  delivery.onIdle(() => batcher.ready());
  return batcher;
}

/** The end of the span pipeline: gathers ended spans for one destination. */
export class DeliverySpanProcessor implements SpanProcessor {
  private readonly batcher: Batcher<ReadableSpan>;
  private readonly unsampled: boolean;

  constructor(
    readonly delivery: Delivery<'traces'>,
    gathering: Gathering,
    host: Pick<Host, 'after'>,
  ) {
    this.unsampled = delivery.destination?.unsampled ?? false;
    this.batcher = batcherOf(delivery, gathering, host);
  }

  onStart(_span: Span, _parentContext: Context): void {}

  onEnd(span: ReadableSpan): void {
    if (!this.unsampled && (span.spanContext().traceFlags & TraceFlags.SAMPLED) === 0) return;
    const bytes = sizeOfSpan(span);
    if (!this.delivery.accept(1, bytes, span)) return;
    const item = this.delivery.pack(span, bytes);
    this.batcher.add(item, item === span ? bytes : sizeOfSpan(item));
  }

  forceFlush(): Promise<void> {
    return this.delivery.flush();
  }

  shutdown(): Promise<void> {
    return this.delivery.shutdown();
  }
}

/** The end of the log pipeline: gathers log records for one destination. */
export class DeliveryLogProcessor implements LogRecordProcessor {
  private readonly batcher: Batcher<ReadableLogRecord>;

  constructor(
    readonly delivery: Delivery<'logs'>,
    gathering: Gathering,
    host: Pick<Host, 'after'>,
  ) {
    this.batcher = batcherOf(delivery, gathering, host);
  }

  onEmit(record: ReadWriteLogRecord): void {
    const bytes = sizeOfLog(record);
    if (!this.delivery.accept(1, bytes, record)) return;
    const item = this.delivery.pack(record, bytes);
    this.batcher.add(item, item === record ? bytes : sizeOfLog(item));
  }

  forceFlush(): Promise<void> {
    return this.delivery.flush();
  }

  shutdown(): Promise<void> {
    return this.delivery.shutdown();
  }
}

/**
 * The end of the metric pipeline: takes each collection into the queue at once, so that an interval
 * whose export fails is sent later and not lost. The preferences of the real exporter stay.
 */
export class DeliveryMetricExporter implements PushMetricExporter {
  declare selectAggregation?: NonNullable<PushMetricExporter['selectAggregation']>;
  declare selectAggregationTemporality?: NonNullable<PushMetricExporter['selectAggregationTemporality']>;

  constructor(
    readonly delivery: Delivery<'metrics'>,
    preferences: Pick<PushMetricExporter, 'selectAggregation' | 'selectAggregationTemporality'>,
  ) {
    // The SDK looks whether these two exist, so an exporter without them must stay without.
    const { selectAggregation, selectAggregationTemporality } = preferences;
    if (selectAggregation) this.selectAggregation = selectAggregation.bind(preferences);
    if (selectAggregationTemporality) {
      this.selectAggregationTemporality = selectAggregationTemporality.bind(preferences);
    }
  }

  export(metrics: ResourceMetrics, done: (result: ExportResult) => void): void {
    const { count, size } = BATCH_KINDS.metrics;
    const items = count(metrics);
    const bytes = size(metrics);
    if (items > 0 && this.delivery.accept(items, bytes, metrics)) this.delivery.add(metrics, items, bytes);
    // What is dropped here is counted and reported as dropped.
    done({ code: ExportResultCode.SUCCESS });
  }

  forceFlush(): Promise<void> {
    return this.delivery.flush();
  }

  shutdown(): Promise<void> {
    return this.delivery.shutdown();
  }
}
