import type { TextMapGetter } from '@opentelemetry/api';
import { lastValue } from './carrier-values.ts';

/** Elastic Beanstalk's worker daemon hands SQS message attributes over as headers with this prefix. */
export const SQSD_ATTRIBUTE = 'x-aws-sqsd-attr-_datadog';

/** The headers in Datadog's message attribute: one JSON object. Read when nothing else was there. */
export function readSqsAttribute<C>(
  carrier: C,
  getter: TextMapGetter<C>,
): Record<string, unknown> | undefined {
  const json = lastValue(getter.get(carrier, SQSD_ATTRIBUTE));
  return json === undefined ? undefined : parseHeaders(json);
}

/** A JSON object of headers, undefined for anything else. */
export function parseHeaders(json: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    // Not JSON: some other attribute of that name, and no trace context.
    return undefined;
  }
}
