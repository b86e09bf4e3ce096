import type { Attributes } from '@opentelemetry/api';
import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import type { MetricData, PushMetricExporter, ResourceMetrics } from '@opentelemetry/sdk-metrics';
import { errorMessage } from '../../src/core/index.ts';
import { mergePoints } from './merge-points.ts';
import type { Redactor } from './redactor.ts';
import { SharedParts } from './shared-parts.ts';

/**
 * A metric exporter in front of another one, which sees the attributes of points, descriptions,
 * resource and scope without secrets and personal data. Points of series that become the same are
 * added up, so the sum stays what was recorded.
 */
export class RedactionMetricExporter implements PushMetricExporter {
  private readonly shared: SharedParts;
  /** The SDK keeps the attributes object of a series, so each is examined once. */
  private readonly known = new WeakMap<Attributes, Attributes>();
  selectAggregationTemporality?: NonNullable<PushMetricExporter['selectAggregationTemporality']>;
  selectAggregation?: NonNullable<PushMetricExporter['selectAggregation']>;

  constructor(
    private readonly next: PushMetricExporter,
    private readonly redactor: Redactor,
  ) {
    this.shared = new SharedParts(redactor);
    const { selectAggregation, selectAggregationTemporality } = next;
    if (selectAggregationTemporality) {
      this.selectAggregationTemporality = (type) => selectAggregationTemporality.call(next, type);
    }
    if (selectAggregation) this.selectAggregation = (type) => selectAggregation.call(next, type);
  }

  export(metrics: ResourceMetrics, resultCallback: (result: ExportResult) => void): void {
    let clean: ResourceMetrics;
    try {
      clean = this.clean(metrics);
    } catch (error) {
      // Fails closed: what could not be examined does not leave.
      resultCallback({
        code: ExportResultCode.FAILED,
        error: new Error(errorMessage(error)),
      });
      return;
    }
    this.next.export(clean, resultCallback);
  }

  private clean({ resource, scopeMetrics }: ResourceMetrics): ResourceMetrics {
    return {
      resource: this.shared.resource(resource),
      scopeMetrics: scopeMetrics.map(({ scope, metrics }) => ({
        scope: this.shared.scope(scope),
        metrics: metrics.map((metric) => this.cleanMetric(metric)),
      })),
    };
  }

  private cleanMetric(metric: MetricData): MetricData {
    const description = this.redactor.redactText(metric.descriptor.description);
    const described =
      description === metric.descriptor.description
        ? metric
        : { ...metric, descriptor: { ...metric.descriptor, description } };
    let changed = false;
    const dataPoints = metric.dataPoints.map((point) => {
      const attributes = this.cleanAttributes(point.attributes);
      if (attributes === point.attributes) return point;
      changed = true;
      return { ...point, attributes };
    });
    return changed ? mergePoints({ ...described, dataPoints } as MetricData) : described;
  }

  private cleanAttributes(attributes: Attributes): Attributes {
    const known = this.known.get(attributes);
    if (known) return known;
    const clean = this.redactor.redactAttributes(attributes);
    this.known.set(attributes, clean);
    return clean;
  }

  forceFlush(): Promise<void> {
    return this.next.forceFlush();
  }

  shutdown(): Promise<void> {
    return this.next.shutdown();
  }
}
