import { type Context, TraceFlags } from '@opentelemetry/api';
import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import type { LogRecordProcessor, ReadWriteLogRecord } from '@opentelemetry/sdk-logs';
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

/** A delivery with a batcher in front of it. */
class Intake<S extends 'traces' | 'logs'> {
  private readonly batcher: Batcher<ItemOf[S]>;

  constructor(
    private readonly delivery: Delivery<S>,
    { batchSize, busyBatchSize, batchBytes, delay }: Gathering,
    sizeOf: (item: ItemOf[S]) => number,
    host: Pick<Host, 'after'>,
  ) {
    const options = {
      maxItems: batchSize,
      maxItemsBusy: busyBatchSize,
      maxBytes: batchBytes,
      delay,
      createPacking: delivery.createPacking,
      sizeOf,
      isWorking: () => delivery.isWorking,
      isBusy: () => delivery.isBusy,
      onBatch: (batch: readonly ItemOf[S][], items: number, bytes: number) =>
        delivery.add(batch as BatchOf[S], items, bytes),
    };
    const batcher = new Batcher<ItemOf[S]>(options, host);
    this.batcher = batcher;
    delivery.onCut(() => batcher.cut());
    delivery.onIdle(() => batcher.ready());
  }

  add(item: ItemOf[S]): void {
    const { delivery, batcher } = this;
    const estimate = batcher.estimate(item);
    if (!delivery.accept(1, estimate, item)) return;
    delivery.correct(estimate, batcher.add(item, estimate));
  }
}

/** The end of the span pipeline: gathers ended spans for one destination. */
export class DeliverySpanProcessor implements SpanProcessor {
  private readonly intake: Intake<'traces'>;
  private readonly unsampled: boolean;

  constructor(
    readonly delivery: Delivery<'traces'>,
    gathering: Gathering,
    host: Pick<Host, 'after'>,
  ) {
    this.unsampled = delivery.destination?.unsampled ?? false;
    this.intake = new Intake(delivery, gathering, sizeOfSpan, host);
  }

  onStart(_span: Span, _parentContext: Context): void {}

  onEnd(span: ReadableSpan): void {
    if (!this.unsampled && (span.spanContext().traceFlags & TraceFlags.SAMPLED) === 0) return;
    this.intake.add(span);
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
  private readonly intake: Intake<'logs'>;

  constructor(
    readonly delivery: Delivery<'logs'>,
    gathering: Gathering,
    host: Pick<Host, 'after'>,
  ) {
    this.intake = new Intake(delivery, gathering, sizeOfLog, host);
  }

  onEmit(record: ReadWriteLogRecord): void {
    this.intake.add(record);
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
