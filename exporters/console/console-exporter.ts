import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import type { LogRecordExporter, ReadableLogRecord } from '@opentelemetry/sdk-logs';
import type { PushMetricExporter, ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import type { Signal } from '../../src/core/index.ts';
import type { BatchOf, Destination } from '../delivery/index.ts';
import { ConsoleDestination } from './console-destination.ts';
import { formatLog } from './format-log.ts';
import { formatMetrics } from './format-metrics.ts';
import { formatSpan } from './format-span.ts';
import { COLOUR, PLAIN, type Style } from './style.ts';

/** Where lines go; `process.stderr` is one. */
export interface ConsoleStream {
  write(text: string, done: (error?: Error | null) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  off(event: 'error', listener: (error: Error) => void): unknown;
}

/** Options of the console exporters. */
export interface ConsoleOptions {
  /** Default: `process.stderr`. stdout belongs to the application. */
  readonly stream?: ConsoleStream;
  /** Default: false. */
  readonly colour?: boolean;
}

abstract class ConsoleExporter<S extends Signal> {
  /** The same lines, for delivery: so that they can also be written while the process exits. */
  readonly destination: Destination<S>;
  private readonly stream: ConsoleStream;
  private readonly style: Style;
  private writing: Promise<void> = Promise.resolve();
  private pending = 0;

  constructor({ stream = process.stderr, colour = false }: ConsoleOptions = {}) {
    this.stream = stream;
    this.style = colour ? COLOUR : PLAIN;
    this.destination = new ConsoleDestination<S>(
      (batch) => this.format(batch, this.style),
      (text) => this.send(text),
    );
  }

  protected abstract format(items: BatchOf[S], style: Style): string[];

  export(items: BatchOf[S], done: (result: ExportResult) => void): void {
    this.writing = this.write(items).then(
      () => done({ code: ExportResultCode.SUCCESS }),
      (error) => done({ code: ExportResultCode.FAILED, error }),
    );
  }

  private async write(items: BatchOf[S]): Promise<void> {
    const lines = this.format(items, this.style);
    if (lines.length > 0) await this.send(`${lines.join('\n')}\n`);
  }

  private send(text: string): Promise<void> {
    const { stream } = this;
    // A stream that fails without a listener (closed pipe) would end the process.
    if (this.pending++ === 0) stream.on('error', ignore);
    return new Promise<void>((resolve, reject) => {
      stream.write(text, (error) => (error ? reject(error) : resolve()));
    }).finally(() => {
      // The stream emits its error only after it has called back.
      setImmediate(() => {
        if (--this.pending === 0) stream.off('error', ignore);
      });
    });
  }

  forceFlush(): Promise<void> {
    return this.writing;
  }

  shutdown(): Promise<void> {
    return this.writing;
  }
}

/** Writes each span as one readable line to stderr. */
export class ConsoleSpanExporter extends ConsoleExporter<'traces'> implements SpanExporter {
  protected format(spans: ReadableSpan[], style: Style): string[] {
    return spans.map((span) => formatSpan(span, style));
  }
}

/** Writes each data point as one readable line to stderr. */
export class ConsoleMetricExporter extends ConsoleExporter<'metrics'> implements PushMetricExporter {
  protected format(metrics: ResourceMetrics, style: Style): string[] {
    return formatMetrics(metrics, style);
  }
}

/** Writes each log record as one readable line to stderr. */
export class ConsoleLogRecordExporter extends ConsoleExporter<'logs'> implements LogRecordExporter {
  protected format(records: ReadableLogRecord[], style: Style): string[] {
    return records.map((record) => formatLog(record, style));
  }
}

function ignore(): void {}
