import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import type { LogRecordExporter, ReadableLogRecord } from '@opentelemetry/sdk-logs';
import type { PushMetricExporter, ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import type { AtExit } from '../../src/core/index.ts';
import { formatLog } from './format-log.ts';
import { formatMetrics } from './format-metrics.ts';
import { formatSpan } from './format-span.ts';
import { COLOUR, PLAIN, type Style } from './style.ts';
import { writeNow } from './write-now.ts';

/** Where lines go; `process.stderr` is one. */
export interface ConsoleStream {
  write(text: string, done: (error?: Error | null) => void): unknown;
  /** Characters that are not written yet. */
  readonly writableLength?: number;
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

/** File descriptor of stderr. */
const STDERR = 2;

abstract class ConsoleExporter<T extends object> implements AtExit<T> {
  /** Only to stderr: other streams need the event loop. */
  readonly exportAtExit?: (items: T, timeout: number) => void;
  private readonly stream: ConsoleStream;
  private readonly style: Style;
  private writing: Promise<void> = Promise.resolve();
  private pending = 0;
  /** What the stream was given. */
  private readonly given = new WeakSet<T>();

  constructor({ stream = process.stderr, colour = false }: ConsoleOptions = {}) {
    this.stream = stream;
    this.style = colour ? COLOUR : PLAIN;
    if (stream === process.stderr) this.exportAtExit = (items, timeout) => this.writeNow(items, timeout);
  }

  protected abstract format(items: T, style: Style): string[];

  export(items: T, done: (result: ExportResult) => void): void {
    this.writing = this.write(items).then(
      () => done({ code: ExportResultCode.SUCCESS }),
      (error) => done({ code: ExportResultCode.FAILED, error }),
    );
  }

  private async write(items: T): Promise<void> {
    const text = this.textOf(items);
    if (text.length === 0) return;
    this.given.add(items);
    try {
      await this.send(text);
    } catch (error) {
      this.given.delete(items);
      throw error;
    }
  }

  private writeNow(items: T, timeout: number): void {
    const isStuck = (this.stream.writableLength ?? 0) > 0;
    // Most streams to stderr write at once, and only call back later.
    if (this.given.has(items) && !isStuck) return;
    // What is stuck is lost now, perhaps in the middle of a line.
    writeNow(STDERR, `${isStuck ? '\n' : ''}${this.textOf(items)}`, timeout);
  }

  private textOf(items: T): string {
    return this.format(items, this.style)
      .map((line) => `${line}\n`)
      .join('');
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
export class ConsoleSpanExporter extends ConsoleExporter<ReadableSpan[]> implements SpanExporter {
  protected format(spans: ReadableSpan[], style: Style): string[] {
    return spans.map((span) => formatSpan(span, style));
  }
}

/** Writes each data point as one readable line to stderr. */
export class ConsoleMetricExporter extends ConsoleExporter<ResourceMetrics> implements PushMetricExporter {
  protected format(metrics: ResourceMetrics, style: Style): string[] {
    return formatMetrics(metrics, style);
  }
}

/** Writes each log record as one readable line to stderr. */
export class ConsoleLogRecordExporter
  extends ConsoleExporter<ReadableLogRecord[]>
  implements LogRecordExporter
{
  protected format(records: ReadableLogRecord[], style: Style): string[] {
    return records.map((record) => formatLog(record, style));
  }
}

function ignore(): void {}
