import type { Attributes } from '@opentelemetry/api';

/** What a record says about its own redaction. */
export const SUMMARIES = ['none', 'count', 'keys'] as const;
export type Summary = (typeof SUMMARIES)[number];

/**
 * The attributes with a note of what was done to them. Names as the redaction processor of the
 * OpenTelemetry Collector has them.
 */
export function withSummary(
  summary: Summary,
  before: Attributes,
  after: Attributes,
  count: number,
): Attributes {
  if (summary === 'none' || count === 0) return after;
  const note: Attributes = { ...after, 'redaction.masked.count': count };
  if (summary === 'keys') {
    const keys = Object.keys(after).filter((key) => Object.hasOwn(before, key) && before[key] !== after[key]);
    const dropped = Object.keys(before).filter((key) => !Object.hasOwn(after, key) && !/[@\s]/.test(key));
    if (keys.length > 0) note['redaction.masked.keys'] = keys;
    if (dropped.length > 0) note['redaction.redacted.keys'] = dropped;
  }
  return note;
}
