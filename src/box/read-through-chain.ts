import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import {
  AggregationTemporality,
  type IMetricReader,
  type MetricProducer,
  type PushMetricExporter,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics';

/**
 * Makes a reader that is asked from outside (Prometheus) see what the chain of processors hands on,
 * as exporters do that are at the end of it. What the chain refuses is not seen at all.
 *
 * @param chain puts the links in front of an exporter
 */
export function readThroughChain(
  reader: IMetricReader,
  chain: (end: PushMetricExporter) => PushMetricExporter,
): IMetricReader {
  const end = new Catcher();
  const links = chain(end);
  const setMetricProducer = reader.setMetricProducer.bind(reader);
  reader.setMetricProducer = (producer: MetricProducer) =>
    setMetricProducer({
      collect: async (options) => {
        const { resourceMetrics, errors } = await producer.collect(options);
        end.caught = undefined;
        links.export(resourceMetrics, () => {});
        return { errors, resourceMetrics: end.caught ?? { ...resourceMetrics, scopeMetrics: [] } };
      },
    });
  return reader;
}

/** The end of the chain: keeps what reaches it. */
class Catcher implements PushMetricExporter {
  caught: ResourceMetrics | undefined;

  /** Readers from outside see totals, so that no series may be forgotten for them. */
  selectAggregationTemporality(): AggregationTemporality {
    return AggregationTemporality.CUMULATIVE;
  }

  export(metrics: ResourceMetrics, resultCallback: (result: ExportResult) => void): void {
    this.caught = metrics;
    resultCallback({ code: ExportResultCode.SUCCESS });
  }

  async forceFlush(): Promise<void> {}

  async shutdown(): Promise<void> {}
}
