import {
  type IMetricReader,
  type MetricProducer,
  MetricReader,
  type PushMetricExporter,
  type MetricReaderOptions as SdkReaderOptions,
} from '@opentelemetry/sdk-metrics';
import { errorMessage, type Host } from '../../src/core/index.ts';
import { collectNow } from './collect-now.ts';
import type { MetricReaderOptions } from './options.ts';

type ReaderHost = Pick<Host, 'clock' | 'every' | 'log'>;

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
  exporter: PushMetricExporter | IMetricReader,
  options: MetricReaderOptions,
  host: ReaderHost,
): IMetricReader {
  if ('setMetricProducer' in exporter) return exporter;
  return new PeriodicReader(exporter, options, host);
}

/** What the exporter wants of aggregation, if it says so. */
function preferencesOf(exporter: PushMetricExporter): SdkReaderOptions {
  const { selectAggregation, selectAggregationTemporality } = exporter;
  return {
    ...(selectAggregation ? { aggregationSelector: selectAggregation.bind(exporter) } : {}),
    ...(selectAggregationTemporality
      ? { aggregationTemporalitySelector: selectAggregationTemporality.bind(exporter) }
      : {}),
  };
}

/**
 * Unlike the SDK's own periodic reader, its shutdown reaches the exporter even if the flush before
 * it failed, a flush reports what the exporter reports, and its timers are the host's.
 */
class PeriodicReader extends MetricReader implements LastReading {
  private timer: ReturnType<Host['every']> | undefined;
  private producer: MetricProducer | undefined;

  constructor(
    private readonly exporter: PushMetricExporter,
    private readonly options: MetricReaderOptions,
    private readonly host: ReaderHost,
  ) {
    super(preferencesOf(exporter));
  }

  override setMetricProducer(producer: MetricProducer): void {
    this.producer = producer;
    super.setMetricProducer(producer);
  }

  readNow(): void {
    const metrics = this.producer && collectNow(this.producer, this.host.clock.now());
    if (metrics && metrics.scopeMetrics.length > 0) this.exporter.export(metrics, () => {});
  }

  protected override onInitialized(): void {
    this.timer = this.host.every(this.options.interval, () => void this.read());
  }

  protected async onForceFlush(): Promise<void> {
    await this.read();
    await this.exporter.forceFlush();
  }

  protected async onShutdown(): Promise<void> {
    this.timer?.cancel();
    await this.read();
    await this.exporter.shutdown();
  }

  private async read(): Promise<void> {
    const { timeout } = this.options;
    try {
      const { resourceMetrics, errors } = await this.collect(timeout > 0 ? { timeoutMillis: timeout } : {});
      for (const error of errors) this.host.log.error(`metrics cannot be read: ${errorMessage(error)}`);
      await resourceMetrics.resource.waitForAsyncAttributes?.();
      if (resourceMetrics.scopeMetrics.length === 0) return;
      await new Promise<void>((resolve) => this.exporter.export(resourceMetrics, () => resolve()));
    } catch (error) {
      this.host.log.error(`metrics cannot be read: ${errorMessage(error)}`);
    }
  }
}
