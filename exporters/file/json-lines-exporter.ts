import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import type { ISerializer } from '@opentelemetry/otlp-transformer';
import type { RotatingFile } from './rotating-file.ts';

/**
 * Appends each export as one line of OTLP JSON, as the OpenTelemetry Collector's file exporter
 * writes it and its `otlpjsonfile` receiver reads it. Give it the JSON serializer of a signal, from
 * `@opentelemetry/otlp-transformer`, and it is an exporter of that signal.
 *
 * @example
 * const file = new RotatingFile({ path: 'spans.jsonl', maxBytes: 1e8, maxFiles: 5 });
 * const exporter: SpanExporter = new JsonLinesExporter(JsonTraceSerializer, file);
 */
export class JsonLinesExporter<T> {
  private closed = false;

  constructor(
    private readonly serializer: ISerializer<T, unknown>,
    private readonly file: RotatingFile,
  ) {}

  export(items: T, done: (result: ExportResult) => void): void {
    this.write(items).then(
      () => done({ code: ExportResultCode.SUCCESS }),
      (error) => done({ code: ExportResultCode.FAILED, error }),
    );
  }

  forceFlush(): Promise<void> {
    return this.file.settled();
  }

  shutdown(): Promise<void> {
    this.closed = true;
    return this.file.settled();
  }

  private async write(items: T): Promise<void> {
    if (this.closed) throw new Error('the exporter is shut down');
    const json = this.serializer.serializeRequest(items);
    if (!json) throw new Error('the data cannot be written as OTLP JSON');
    await this.file.append(`${Buffer.from(json).toString()}\n`);
  }
}
