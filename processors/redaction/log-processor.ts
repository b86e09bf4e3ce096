import type { AnyValue, Context } from '@opentelemetry/api';
import type { LogRecordProcessor, ReadWriteLogRecord } from '@opentelemetry/sdk-logs';
import { type SafeValueLimits, safeValue } from '../../src/core/index.ts';
import { ERROR_PLACEHOLDER } from './kinds.ts';
import { CopiedLogRecord, type LogRecordParts } from './log-record.ts';
import type { Redactor } from './redactor.ts';
import { SharedParts } from './shared-parts.ts';
import { type Summary, withSummary } from './summary.ts';

/**
 * Hands on every log record without secrets and personal data: body, attributes, event name,
 * severity text, resource and scope. A body that is not text is first turned into a bounded copy,
 * since the SDK takes any object as it is and the application may still change it.
 */
export class RedactionLogProcessor implements LogRecordProcessor {
  private readonly shared: SharedParts;

  constructor(
    private readonly next: LogRecordProcessor,
    private readonly redactor: Redactor,
    private readonly summary: Summary = 'none',
    private readonly limits: Partial<SafeValueLimits> = {},
  ) {
    this.shared = new SharedParts(redactor);
    if (next.enabled) this.enabled = (options) => next.enabled?.(options) ?? true;
  }

  /** Present only where the next processor has it. */
  enabled?: NonNullable<LogRecordProcessor['enabled']>;

  onEmit(record: ReadWriteLogRecord, context?: Context): void {
    this.next.onEmit(this.clean(record), context);
  }

  private clean(record: ReadWriteLogRecord): ReadWriteLogRecord {
    try {
      const before = this.redactor.found;
      const parts = this.partsOf(record);
      const count = this.redactor.found - before;
      const attributes = withSummary(this.summary, record.attributes, parts.attributes, count);
      const isSame =
        parts.body === record.body &&
        attributes === record.attributes &&
        parts.eventName === record.eventName &&
        parts.severityText === record.severityText &&
        parts.resource === record.resource &&
        parts.instrumentationScope === record.instrumentationScope;
      return isSame ? record : new CopiedLogRecord(record, { ...parts, attributes });
    } catch {
      const { resource, instrumentationScope, severityText } = record;
      const empty = { body: ERROR_PLACEHOLDER, attributes: {}, eventName: undefined };
      return new CopiedLogRecord(record, { ...empty, resource, instrumentationScope, severityText });
    }
  }

  private partsOf(record: ReadWriteLogRecord): LogRecordParts {
    return {
      body: this.redactBody(record.body),
      attributes: this.redactor.redactAttributes(record.attributes),
      eventName: record.eventName === undefined ? undefined : this.redactor.redactText(record.eventName),
      severityText:
        record.severityText === undefined ? undefined : this.redactor.redactText(record.severityText),
      resource: this.shared.resource(record.resource),
      instrumentationScope: this.shared.scope(record.instrumentationScope),
    };
  }

  private redactBody(body: AnyValue): AnyValue {
    if (body === undefined) return undefined;
    if (typeof body === 'string') return this.redactor.redactText(body);
    return this.redactor.redactValue(safeValue(body, this.limits));
  }

  forceFlush(): Promise<void> {
    return this.next.forceFlush();
  }

  shutdown(): Promise<void> {
    return this.next.shutdown();
  }
}
