import { type LogRecord, ROOT_CONTEXT, SeverityNumber, trace } from '@opentelemetry/api';
import { millisToHrTime } from '@opentelemetry/core';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { copySpan } from '../../src/core/index.ts';
import { KINDS } from './options.ts';

/** Name of the event, of the metric, and of the attribute that marks what is not the ended span. */
export const INCOMPLETE = 'signalbox.span.incomplete';

/**
 * An open span as an event in its trace, with what it has recorded so far. A log record and not a
 * copy of the span: the span will still end under its id, and nobody counts its tokens twice.
 */
export function incompleteEvent(span: ReadableSpan, age: number): LogRecord {
  return {
    eventName: INCOMPLETE,
    severityNumber: SeverityNumber.WARN,
    severityText: 'WARN',
    body: `span ${span.name} is still open after ${Math.round(age / 1_000)} s`,
    context: trace.setSpanContext(ROOT_CONTEXT, span.spanContext()),
    attributes: {
      ...span.attributes,
      [INCOMPLETE]: true,
      'signalbox.span.name': span.name,
      'signalbox.span.kind': KINDS[span.kind] ?? 'internal',
      'signalbox.span.scope': span.instrumentationScope.name,
      'signalbox.span.age_ms': Math.round(age),
    },
  };
}

/**
 * An open span as it goes out when nothing will end it any more: a copy under its own id, marked,
 * with the time of now as its end and its status as it is.
 */
export function incompleteSpan(span: ReadableSpan, age: number): ReadableSpan {
  const duration = millisToHrTime(Math.max(0, age));
  const nanoseconds = span.startTime[1] + duration[1];
  return copySpan(span, {
    attributes: { ...span.attributes, [INCOMPLETE]: true },
    ended: true,
    duration,
    endTime: [span.startTime[0] + duration[0] + Math.floor(nanoseconds / 1e9), nanoseconds % 1e9],
  });
}
