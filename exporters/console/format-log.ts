import { SeverityNumber } from '@opentelemetry/api';
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';
import { shortId } from './format-span.ts';
import type { Style } from './style.ts';
import { attributesOf, inline, serviceOf, timeOf, words } from './values.ts';

/** One log record as one line: `12:31:05.042 log shop WARN cart is empty trace=4bf92f35 …  user=17`. */
export function formatLog(record: ReadableLogRecord, style: Style): string {
  const { spanContext, eventName } = record;
  return words(
    style.dim(timeOf(record.hrTime)),
    style.cyan('log'),
    serviceOf(record.resource),
    severityOf(record, style),
    eventName ? style.bold(inline(eventName)) : '',
    record.body === undefined ? '' : inline(record.body, 200),
    spanContext ? style.dim(`trace=${shortId(spanContext.traceId)} span=${shortId(spanContext.spanId)}`) : '',
    attributesOf(record.attributes),
  );
}

function severityOf({ severityText, severityNumber }: ReadableLogRecord, style: Style): string {
  const text = inline(severityText ?? (severityNumber ? (SeverityNumber[severityNumber] ?? '') : ''));
  if ((severityNumber ?? 0) >= SeverityNumber.ERROR) return style.red(text);
  return (severityNumber ?? 0) >= SeverityNumber.WARN ? style.yellow(text) : text;
}
