import { SpanStatusCode } from '@opentelemetry/api';
import { hrTimeToMilliseconds } from '@opentelemetry/core';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { OWN_ATTR, secondsToWait } from '../../src/genai/conventions/index.ts';
import type { Draft } from './dialects/index.ts';

const HEADER = 'http.response.header.retry-after';

/** Calls whose wait is remembered until they end. */
const MAX_CALLS = 500;

/**
 * Clients that trace themselves keep to themselves how long the provider wants them to wait. The
 * span of the HTTP request knows it and ends before the call's; it leaves a note there.
 */
export class RetryAfterFinder {
  /** Seconds by the id of the surrounding span; the oldest is forgotten first. */
  private readonly seconds = new Map<string, number>();

  /** Takes the note of a request, if the response had the header. */
  onHttpEnd(span: ReadableSpan): void {
    const header = span.attributes[HEADER];
    const parent = span.parentSpanContext;
    if (header === undefined || !parent || parent.isRemote) return;
    const value = Array.isArray(header) ? header[0] : header;
    const seconds = secondsToWait(String(value ?? ''), hrTimeToMilliseconds(span.endTime));
    if (seconds === undefined) return;
    if (this.seconds.size >= MAX_CALLS) this.seconds.delete(this.seconds.keys().next().value as string);
    this.seconds.set(parent.spanId, seconds);
  }

  /** Puts the seconds on a call that failed; a call that worked at last need not wait. */
  complete(span: ReadableSpan, draft: Draft): void {
    if (this.seconds.size === 0) return;
    const { spanId } = span.spanContext();
    const seconds = this.seconds.get(spanId);
    if (seconds === undefined) return;
    this.seconds.delete(spanId);
    if (span.status.code === SpanStatusCode.ERROR) draft[OWN_ATTR.retryAfter] ??= seconds;
  }
}
