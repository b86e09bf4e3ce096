import type { ExportResult } from '@opentelemetry/core';
import {
  AggregationTemporality,
  InstrumentType,
  type PushMetricExporter,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics';

/**
 * Tells when a collection is over. Series of delta metrics may make room when they are idle; those
 * of cumulative metrics may not, so nothing is told as long as one exporter reads cumulatively.
 */
export class Cycles {
  private exporters = 0;
  private cumulative = 0;
  private exports = 0;

  constructor(private readonly onCycle: () => void) {}

  /** Counts the exporter in, and hands back one that tells when it exports. */
  watch(next: PushMetricExporter): PushMetricExporter {
    this.exporters++;
    const temporality = next.selectAggregationTemporality?.(InstrumentType.COUNTER);
    if (temporality !== AggregationTemporality.DELTA) this.cumulative++;
    return new LinkExporter(next, (metrics, done) => {
      next.export(metrics, done);
      this.exported();
    });
  }

  /** A cycle is over when as many exports were made as there are exporters. */
  private exported(): void {
    if (this.cumulative > 0 || ++this.exports < this.exporters) return;
    this.exports = 0;
    this.onCycle();
  }
}

/** An exporter in front of another one, which answers for it except for what it does with metrics. */
export class LinkExporter implements PushMetricExporter {
  selectAggregationTemporality?: NonNullable<PushMetricExporter['selectAggregationTemporality']>;
  selectAggregation?: NonNullable<PushMetricExporter['selectAggregation']>;

  constructor(
    private readonly next: PushMetricExporter,
    private readonly handOn: PushMetricExporter['export'],
  ) {
    const { selectAggregation, selectAggregationTemporality } = next;
    if (selectAggregationTemporality) {
      this.selectAggregationTemporality = (type) => selectAggregationTemporality.call(next, type);
    }
    if (selectAggregation) this.selectAggregation = (type) => selectAggregation.call(next, type);
  }

  export(metrics: ResourceMetrics, resultCallback: (result: ExportResult) => void): void {
    this.handOn(metrics, resultCallback);
  }

  forceFlush(): Promise<void> {
    return this.next.forceFlush();
  }

  shutdown(): Promise<void> {
    return this.next.shutdown();
  }
}
