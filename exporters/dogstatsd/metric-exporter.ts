import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import {
  type AggregationOption,
  AggregationTemporality,
  AggregationType,
  InstrumentType,
  type PushMetricExporter,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics';
import { errorMessage, type Host } from '../../src/core/index.ts';
import { entityHeaders, standaloneHost } from '../datadog-agent/index.ts';
import type { Deliverable } from '../delivery/index.ts';
import { DogStatsDDestination } from './destination.ts';
import type { ExitDogStatsDSettings } from './exit-transport.ts';
import { LineWriter } from './lines.ts';
import { Packer } from './packer.ts';
import type { Origin } from './tags.ts';
import { type DatagramTransport, isNoProxy, transportFor } from './transport/index.ts';

/** Settings of a {@link DogStatsDMetricExporter}; all have defaults. */
export interface DogStatsDMetricExporterOptions {
  /**
   * `udp://host:port` (default `udp://127.0.0.1:8125`), `unix:///path` (datagrams; needs the package
   * unix-dgram), or the trace Agent's `http://host:port` or `http+unix:///path` for its proxy.
   */
  readonly url?: string;
  /** Used from then on if the Agent turns out to have no proxy. */
  readonly fallbackUrl?: string;
  /** Milliseconds for one request to the proxy; default 5000. */
  readonly timeout?: number;
  readonly origin?: Origin;
  /** `.count`, `.sum`, `.min` and `.max` beside each distribution; default true. */
  readonly aggregates?: boolean;
  /** The time of counts and gauges; default false, since the Agent then adds nothing up. */
  readonly timestamps?: boolean;
  readonly host?: Host;
}

const DEFAULT_URL = 'udp://127.0.0.1:8125';

/** Buckets of an exponential histogram: enough for 0.5 % error over six powers of ten. */
const MAX_BUCKETS = 1_280;

/**
 * Sends metrics to DogStatsD. A plain `PushMetricExporter`, for delta temporality. What cannot be sent
 * is counted (`signalbox.dogstatsd.datagrams.dropped`) and makes the export fail; nothing is thrown.
 * Signalbox's delivery takes its `destination` instead of calling `export`.
 */
export class DogStatsDMetricExporter implements PushMetricExporter, Deliverable<'metrics'> {
  readonly destination: DogStatsDDestination;
  private readonly host: Host;
  private readonly lines: LineWriter;
  private readonly pending = new Set<Promise<unknown>>();
  private transport: DatagramTransport;
  private stopped = false;
  private hasFallenBack = false;

  constructor(private readonly options: DogStatsDMetricExporterOptions = {}) {
    const { url = DEFAULT_URL, host = standaloneHost(), origin = {} } = options;
    const { aggregates = true, timestamps = false } = options;
    this.host = host;
    this.lines = new LineWriter({ origin, aggregates, timestamps });
    this.transport = this.open(url);
    this.destination = new DogStatsDDestination(
      {
        encode: (metrics) => this.encode(metrics),
        sendDatagram: (datagram) => this.transport.send(datagram, true),
        fallBack: (error) => this.fallBack(error),
        close: () => this.transport.close(),
      },
      host,
      // A Unix datagram socket needs a native package, which another thread does not load.
      url.startsWith('unix:') ? undefined : { kind: 'dogstatsd', settings: () => this.exitSettings() },
    );
  }

  /** Counts and histograms per interval; up-down counters as their running value. */
  selectAggregationTemporality(instrument: InstrumentType): AggregationTemporality {
    return instrument === InstrumentType.UP_DOWN_COUNTER ||
      instrument === InstrumentType.OBSERVABLE_UP_DOWN_COUNTER
      ? AggregationTemporality.CUMULATIVE
      : AggregationTemporality.DELTA;
  }

  /** Exponential histograms, whose error is bounded whatever the values are. */
  selectAggregation(instrument: InstrumentType): AggregationOption {
    return instrument === InstrumentType.HISTOGRAM
      ? { type: AggregationType.EXPONENTIAL_HISTOGRAM, options: { maxSize: MAX_BUCKETS, recordMinMax: true } }
      : { type: AggregationType.DEFAULT };
  }

  export(metrics: ResourceMetrics, resultCallback: (result: ExportResult) => void): void {
    const work = this.exportAll(metrics).then(
      (error) =>
        resultCallback(error ? { code: ExportResultCode.FAILED, error } : { code: ExportResultCode.SUCCESS }),
      (error: unknown) => resultCallback({ code: ExportResultCode.FAILED, error: error as Error }),
    );
    const tracked = work.catch(() => {
      // A result callback that throws is the business of whoever gave it.
    });
    this.pending.add(tracked);
    void tracked.then(() => this.pending.delete(tracked));
  }

  async forceFlush(): Promise<void> {
    await Promise.allSettled([...this.pending]);
  }

  async shutdown(): Promise<void> {
    await this.forceFlush();
    if (this.stopped) return;
    this.stopped = true;
    this.transport.close();
  }

  /** The datagrams that these metrics become; pure. */
  encode(metrics: ResourceMetrics): Buffer[] {
    const packer = new Packer(this.transport.maxBytes);
    this.lines.write(metrics, packer);
    if (packer.oversize > 0) this.count('signalbox.dogstatsd.lines.dropped', packer.oversize, 'oversize');
    if (this.lines.cumulative > 0) {
      this.count('signalbox.dogstatsd.metrics.dropped', this.lines.cumulative, 'cumulative');
      this.lines.cumulative = 0;
      this.host.log.warn(
        'DogStatsD takes delta metrics only; cumulative counters and histograms are left out',
      );
    }
    return packer.take();
  }

  private async exportAll(metrics: ResourceMetrics): Promise<Error | undefined> {
    if (this.stopped) return new Error('the exporter is shut down');
    const { transport } = this;
    const datagrams = this.encode(metrics);
    let failure: unknown;
    let failed = 0;
    for (const datagram of datagrams) {
      try {
        await transport.send(datagram);
      } catch (error) {
        if (this.fallBack(error)) return this.exportAll(metrics);
        failure = error;
        failed++;
      }
    }
    if (failed === 0) return undefined;
    this.count('signalbox.dogstatsd.datagrams.dropped', failed, 'send');
    const message = `DogStatsD: ${failed} of ${datagrams.length} datagrams lost: ${errorMessage(failure)}`;
    if (failed === datagrams.length) return new Error(message);
    // Not a failure of the whole: whoever sends that again would have the others counted twice.
    this.host.log.warn(message);
    return undefined;
  }

  /** True if the Agent has no proxy, and never will have: from now on there is another address. */
  private fallBack(error: unknown): boolean {
    const { fallbackUrl: url } = this.options;
    if (!url || !isNoProxy(error)) return false;
    // Of several requests under way, the first one has changed it.
    if (this.hasFallenBack) return true;
    this.hasFallenBack = true;
    this.host.log.info(`the Datadog Agent has no DogStatsD proxy; metrics go to ${url}`);
    const old = this.transport;
    this.transport = this.open(url);
    old.close();
    return true;
  }

  private open(url: string): DatagramTransport {
    return transportFor(url, { ...this.request(), host: this.host });
  }

  private request() {
    const { timeout = 5_000, origin = {} } = this.options;
    const entityId = origin.containerId;
    return { timeout, headers: entityHeaders(entityId ? { entityId } : {}, origin.externalEnv) };
  }

  private exitSettings(): ExitDogStatsDSettings {
    const { url = DEFAULT_URL, fallbackUrl } = this.options;
    const current = this.hasFallenBack && fallbackUrl ? fallbackUrl : url;
    return { ...this.request(), url: current, ...(fallbackUrl ? { fallbackUrl } : {}) };
  }

  private count(name: string, value: number, reason: string): void {
    this.host.counters.add(name, value, { reason });
  }
}
