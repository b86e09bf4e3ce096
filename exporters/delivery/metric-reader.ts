import type * as sdk from '@opentelemetry/sdk-metrics';
import { errorMessage, type Host } from '../../src/core/index.ts';
import { collectNow } from './collect-now.ts';
import type { MetricReaderOptions } from './options.ts';

/** A reader that can also read without waiting, because the process exits. */
export interface LastReading {
  /** Hands on what was recorded since the last reading. Observable instruments are left out. */
  readNow(): void;
}

/**
 * Reads all metrics at the interval and hands them to the exporter. A destination that is read from
 * outside (Prometheus) is a reader already and stays as it is.
 */
export function createMetricReader(
  exporter: sdk.PushMetricExporter | sdk.IMetricReader,
  options: MetricReaderOptions,
  host: Pick<Host, 'clock' | 'load' | 'every' | 'log'>,
): sdk.IMetricReader {
  if ('setMetricProducer' in exporter) return exporter;
  return createPeriodicReader(exporter, options, host);
}

/**
 * Unlike the SDK's own periodic reader, its shutdown reaches the exporter even if the flush before
 * it failed, a flush reports what the exporter reports, and its timers are the host's.
 */
function createPeriodicReader(
  exporter: sdk.PushMetricExporter,
  { interval, timeout }: MetricReaderOptions,
  host: Pick<Host, 'clock' | 'load' | 'every' | 'log'>,
): sdk.IMetricReader & LastReading {
  const { MetricReader } = host.load<typeof sdk>('@opentelemetry/sdk-metrics');
  const { selectAggregation, selectAggregationTemporality } = exporter;

  class PeriodicReader extends MetricReader {
    private timer: ReturnType<Host['every']> | undefined;
    private producer: sdk.MetricProducer | undefined;

    override setMetricProducer(producer: sdk.MetricProducer): void {
      this.producer = producer;
      super.setMetricProducer(producer);
    }

    readNow(): void {
      const metrics = this.producer && collectNow(this.producer, host.clock.now());
      if (metrics && metrics.scopeMetrics.length > 0) exporter.export(metrics, () => {});
    }

    protected override onInitialized(): void {
      this.timer = host.every(interval, () => void this.read());
    }

    protected async onForceFlush(): Promise<void> {
      await this.read();
      await exporter.forceFlush();
    }

    protected async onShutdown(): Promise<void> {
      this.timer?.cancel();
      await this.read();
      await exporter.shutdown();
    }

    private async read(): Promise<void> {
      try {
        const { resourceMetrics, errors } = await this.collect(timeout > 0 ? { timeoutMillis: timeout } : {});
        for (const error of errors) host.log.error(`metrics cannot be read: ${errorMessage(error)}`);
        await resourceMetrics.resource.waitForAsyncAttributes?.();
        if (resourceMetrics.scopeMetrics.length === 0) return;
        await new Promise<void>((resolve) => exporter.export(resourceMetrics, () => resolve()));
      } catch (error) {
        host.log.error(`metrics cannot be read: ${errorMessage(error)}`);
      }
    }
  }

  return new PeriodicReader({
    ...(selectAggregation ? { aggregationSelector: selectAggregation.bind(exporter) } : {}),
    ...(selectAggregationTemporality
      ? { aggregationTemporalitySelector: selectAggregationTemporality.bind(exporter) }
      : {}),
  });
}
