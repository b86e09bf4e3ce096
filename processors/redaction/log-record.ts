import type { AnyValue, Attributes, HrTime, SeverityNumber, SpanContext } from '@opentelemetry/api';
import type { InstrumentationScope } from '@opentelemetry/core';
import type { Resource } from '@opentelemetry/resources';
import type { ReadWriteLogRecord } from '@opentelemetry/sdk-logs';

/** What differs from the original record. */
export interface LogRecordParts {
  readonly body: AnyValue;
  readonly attributes: Attributes;
  readonly eventName: string | undefined;
  readonly severityText: string | undefined;
  readonly resource: Resource;
  readonly instrumentationScope: InstrumentationScope;
}

/** A copy of a log record, so that other processors still see the original one. */
export class CopiedLogRecord implements ReadWriteLogRecord {
  hrTime: HrTime;
  hrTimeObserved: HrTime;
  droppedAttributesCount: number;
  readonly attributes: Attributes;
  readonly resource: Resource;
  readonly instrumentationScope: InstrumentationScope;
  body?: AnyValue;
  spanContext?: SpanContext;
  severityNumber?: SeverityNumber;
  severityText?: string;
  eventName?: string;

  constructor(original: ReadWriteLogRecord, parts: LogRecordParts) {
    this.hrTime = original.hrTime;
    this.hrTimeObserved = original.hrTimeObserved;
    this.droppedAttributesCount = original.droppedAttributesCount;
    this.attributes = { ...parts.attributes };
    this.resource = parts.resource;
    this.instrumentationScope = parts.instrumentationScope;
    this.body = parts.body;
    if (original.spanContext) this.spanContext = original.spanContext;
    if (original.severityNumber !== undefined) this.severityNumber = original.severityNumber;
    if (parts.severityText !== undefined) this.severityText = parts.severityText;
    if (parts.eventName !== undefined) this.eventName = parts.eventName;
  }

  setAttribute(key: string, value?: AnyValue): this {
    if (value !== undefined) this.attributes[key] = value;
    return this;
  }

  setAttributes(attributes: Attributes): this {
    Object.assign(this.attributes, attributes);
    return this;
  }

  setBody(body: AnyValue): this {
    this.body = body;
    return this;
  }

  setEventName(eventName: string): this {
    this.eventName = eventName;
    return this;
  }

  setSeverityNumber(severityNumber: SeverityNumber): this {
    this.severityNumber = severityNumber;
    return this;
  }

  setSeverityText(severityText: string): this {
    this.severityText = severityText;
    return this;
  }
}
