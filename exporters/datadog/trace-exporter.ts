import { randomUUID } from 'node:crypto';
import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import type { AgentRatesSink, Host, Outcome } from '../../src/core/index.ts';
import { agentUrl, standaloneHost, TraceTransport } from '../datadog-agent/index.ts';
import type { Deliverable } from '../delivery/index.ts';
import { DEFAULT_MAX_BYTES, type Encoded, TraceEncoder, type TracePayload } from './encode/trace-encoder.ts';
import type { Naming } from './map/resource-name.ts';
import { Retrying, type RetryOptions } from './retrying.ts';
import type { SamplingOf } from './sampling-of.ts';
import { DatadogTraceDestination } from './trace-destination.ts';

/** Settings of a {@link DatadogTraceExporter}; all have defaults. */
export interface DatadogTraceExporterOptions {
  /** `http://`, `https://` or `unix://`; default `http://127.0.0.1:8126`. */
  readonly url?: string;
  /** Milliseconds for one request and its answer; default 5000. */
  readonly timeout?: number;
  /** Headers that say which container this is; see `entityHeaders`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Whose naming rules apply; default `agent`. */
  readonly naming?: Naming;
  /** Sent as `_dd.hostname`; default: nothing. */
  readonly hostname?: string | undefined;
  /** A UUID of this process, `runtime-id`; default: a new one. */
  readonly runtimeId?: string;
  /** Leave out traces that were rejected; default: they are sent, for trace metrics. */
  readonly dropUnsampled?: boolean;
  /** Spans in one chunk at most; a longer trace is sent in several. Default 1000. */
  readonly maxChunkSpans?: number;
  /** Where the sampling decision of a trace is found. */
  readonly samplingOf?: SamplingOf;
  /** Takes the sample rates that the Agent answers. */
  readonly rates?: AgentRatesSink | undefined;
  readonly retry?: RetryOptions;
  readonly host?: Host;
}

/** Bytes that may be on their way at the same time. Source: dd-trace, 64 MB. */
const MAX_PENDING_BYTES = 64 * 1024 * 1024;
/** Halving a payload so often leaves 1/1024 of it. */
const MAX_SPLITS = 10;

/**
 * Sends spans to a Datadog Agent over its own trace protocol, `/v0.4/traces`. A plain `SpanExporter`:
 * it works with any OpenTelemetry SDK. It never throws; spans that are lost are counted
 * (`signalbox.datadog.spans.dropped`) and make the export fail with the reason. Its few retries are
 * for that use only: Signalbox's delivery takes its `destination` instead.
 */
export class DatadogTraceExporter implements SpanExporter, Deliverable<'traces'> {
  readonly destination: DatadogTraceDestination;
  private readonly encoder: TraceEncoder;
  private readonly transport: TraceTransport;
  private readonly retrying: Retrying;
  private readonly host: Host;
  private readonly pending = new Set<Promise<unknown>>();
  private pendingBytes = 0;
  private stopped = false;

  /** @throws TypeError if the URL is none */
  constructor(options: DatadogTraceExporterOptions = {}) {
    const { url = agentUrl({}, () => false), timeout = 5_000, host = standaloneHost() } = options;
    const { naming, samplingOf, dropUnsampled, maxChunkSpans } = options;
    this.host = host;
    this.retrying = new Retrying(host, options.retry);
    this.encoder = new TraceEncoder({
      facts: {
        runtimeId: options.runtimeId ?? randomUUID(),
        pid: process.pid,
        hostname: options.hostname,
      },
      now: () => host.clock.now(),
      ...(naming ? { naming } : {}),
      ...(samplingOf ? { samplingOf } : {}),
      ...(dropUnsampled ? { dropUnsampled } : {}),
      ...(maxChunkSpans ? { maxChunkSpans } : {}),
    });
    const settings = { url, timeout, headers: options.headers ?? {} };
    this.transport = new TraceTransport({
      ...settings,
      host,
      rates: options.rates,
      onInfo: ({ nativeEvents, maxRequestBytes = DEFAULT_MAX_BYTES }) => {
        this.encoder.abilities = { nativeEvents };
        this.encoder.maxBytes = Math.min(DEFAULT_MAX_BYTES, maxRequestBytes);
      },
    });
    const { encoder, transport } = this;
    this.destination = new DatadogTraceDestination({
      encoder,
      transport,
      settings,
      unsampled: !dropUnsampled,
    });
  }

  /** Where it sends, for messages. */
  describe(): string {
    return this.transport.describe();
  }

  /** Encodes a batch into request bodies; pure but for its buffers. */
  encode(spans: readonly ReadableSpan[]): Encoded {
    return this.encoder.encode(spans);
  }

  /** Sends one body once. Never rejects. */
  send(payload: TracePayload): Promise<Outcome> {
    return this.transport.send(payload.bytes, undefined, payload);
  }

  export(spans: ReadableSpan[], resultCallback: (result: ExportResult) => void): void {
    const done = this.stopped ? Promise.resolve(['the exporter is shut down']) : this.exportAll(spans);
    this.track(
      done.then(
        (losses) => resultCallback(resultOf(losses, this.describe())),
        (error: unknown) => resultCallback({ code: ExportResultCode.FAILED, error: error as Error }),
      ),
    );
  }

  async forceFlush(): Promise<void> {
    await Promise.allSettled([...this.pending]);
  }

  /** Waits for what is on its way, without trying again what fails from now on. */
  async shutdown(): Promise<void> {
    this.stopped = true;
    this.retrying.stop();
    await this.forceFlush();
    this.transport.close();
  }

  /** @returns the reasons why spans were lost */
  private async exportAll(spans: readonly ReadableSpan[]): Promise<string[]> {
    const losses: string[] = [];
    const encoded = this.encode(spans);
    if (encoded.dropped > 0) {
      const reason = 'larger than one request may be, or not encodable';
      this.lose(encoded.dropped, 'unencodable', reason, losses);
    }
    await Promise.all(encoded.payloads.map((payload) => this.deliver(payload, losses, 0)));
    return losses;
  }

  private async deliver(payload: TracePayload, losses: string[], splits: number): Promise<void> {
    const { bytes, spans } = payload;
    if (this.pendingBytes + bytes.length > MAX_PENDING_BYTES) {
      this.encoder.release(payload);
      this.lose(spans.length, 'overflow', 'too many bytes are waiting for the Agent', losses);
      return;
    }
    this.pendingBytes += bytes.length;
    const outcome = await this.retrying.run(() => this.send(payload));
    this.pendingBytes -= bytes.length;
    this.encoder.release(payload);
    if (outcome.kind === 'delivered') {
      this.host.counters.add('signalbox.datadog.spans.sent', spans.length);
      return;
    }
    if (outcome.kind === 'split' && spans.length > 1 && splits < MAX_SPLITS) {
      await this.halve(spans, losses, splits + 1);
      return;
    }
    this.lose(spans.length, outcome.kind, outcome.reason, losses);
  }

  private async halve(spans: readonly ReadableSpan[], losses: string[], splits: number): Promise<void> {
    const middle = spans.length >> 1;
    for (const half of [spans.slice(0, middle), spans.slice(middle)]) {
      for (const payload of this.encode(half).payloads) await this.deliver(payload, losses, splits);
    }
  }

  private lose(count: number, reason: string, text: string, losses: string[]): void {
    this.host.counters.add('signalbox.datadog.spans.dropped', count, { reason });
    losses.push(`${count} spans lost: ${text}`);
  }

  private track(work: Promise<unknown>): void {
    const tracked = work.catch(() => {
      // A result callback that throws is the business of whoever gave it.
    });
    this.pending.add(tracked);
    void tracked.then(() => this.pending.delete(tracked));
  }
}

function resultOf(losses: readonly string[], address: string): ExportResult {
  if (losses.length === 0) return { code: ExportResultCode.SUCCESS };
  const error = new Error(`Datadog Agent at ${address}: ${[...new Set(losses)].join('; ')}`);
  return { code: ExportResultCode.FAILED, error };
}
