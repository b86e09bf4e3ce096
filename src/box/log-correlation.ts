import type { Span } from '@opentelemetry/api';
import type { LogFields } from '../core/index.ts';

/** The instrumentations of loggers; their options are the same. */
const LOGGERS: ReadonlySet<string> = new Set(['pino', 'winston', 'bunyan']);

/**
 * What the application's own loggers add to records written inside a span, beside the
 * `trace_id`, `span_id` and `trace_flags` of OpenTelemetry. Instrumentations are created before the
 * exporters that want fields, so the fields come later.
 */
export class LogCorrelation {
  fields: readonly LogFields[] = [];

  /** @param sending false if log records have nowhere to go, so that no copy of them is made */
  constructor(private readonly sending: boolean) {}

  /** Options for an instrumentation; undefined if it is not one of a logger. */
  optionsFor(instrumentation: string): object | undefined {
    if (!LOGGERS.has(instrumentation)) return undefined;
    return { logHook: this.hook, disableLogSending: !this.sending };
  }

  private readonly hook = (span: Span, record: Record<string, unknown>): void => {
    for (const fields of this.fields) Object.assign(record, fields(span.spanContext()));
  };
}
