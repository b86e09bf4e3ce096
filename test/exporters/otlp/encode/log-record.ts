import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';
import { span } from '../../../support/spans.ts';

export function logRecord(): ReadableLogRecord {
  const { resource, instrumentationScope } = span({});
  const time: [number, number] = [1_790_000_000, 5];
  return {
    hrTime: time,
    hrTimeObserved: time,
    attributes: {},
    droppedAttributesCount: 0,
    resource,
    instrumentationScope,
  };
}
