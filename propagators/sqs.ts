import { defaultTextMapGetter, type TextMapGetter } from '@opentelemetry/api';
import { lastValue } from './carrier-values.ts';
import type { RemoteTrace, StylePropagator } from './style.ts';

/** Elastic Beanstalk's worker daemon hands SQS message attributes over as headers with this prefix. */
const SQSD_ATTRIBUTE = 'x-aws-sqsd-attr-_datadog';

/** The Datadog message attribute: all headers as one JSON object. Read when nothing else was there. */
export function readSqsAttribute<C>(
  style: StylePropagator,
  carrier: C,
  getter: TextMapGetter<C>,
): RemoteTrace | undefined {
  const json = lastValue(getter.get(carrier, SQSD_ATTRIBUTE));
  if (json === undefined) return undefined;
  const headers = parseHeaders(json);
  return headers && style.read(headers, defaultTextMapGetter);
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
