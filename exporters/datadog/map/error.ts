import { STATUS_CODES } from 'node:http';
import { SpanStatusCode } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { SLOT, type Slots } from './slots.ts';

/** What to write about the error of a span; empty texts are left out. */
export interface ErrorTags {
  readonly message: string;
  readonly type: string;
  readonly stack: string;
}

/** True if the span has an event that records an exception. */
export function hasException(span: ReadableSpan): boolean {
  return span.events.some(({ name }) => name === 'exception');
}

/**
 * The error tags, if there are any. Attributes of these names are passed on; with status ERROR the last exception event
 * wins over them, and a missing message is made of the status message or the HTTP status.
 * Source: Datadog Agent, `Status2Error`; tracers' RFC for the names.
 */
export function errorTags(span: ReadableSpan, slots: Slots): ErrorTags | undefined {
  let message = slots.either(SLOT['error.msg'], SLOT['error.message']);
  let type = slots.text(SLOT['error.type']);
  let stack = slots.text(SLOT['error.stack']);
  if (span.status.code === SpanStatusCode.ERROR) {
    for (const { name, attributes } of span.events) {
      if (name !== 'exception' || !attributes) continue;
      message = textOf(attributes['exception.message']) || message;
      type = textOf(attributes['exception.type']) || type;
      stack = textOf(attributes['exception.stacktrace']) || stack;
    }
    message ||= span.status.message || httpStatusText(slots);
  }
  if (!message && !type && !stack) return undefined;
  return { message, type, stack };
}

/** The HTTP status of a span; undefined if it has none. What is no whole number is passed over. */
export function httpStatusCode({ span, resource }: Slots): number | undefined {
  const older = SLOT['http.status_code'];
  const newer = SLOT['http.response.status_code'];
  const code =
    wholeNumber(span[older]) ??
    wholeNumber(resource[older]) ??
    wholeNumber(span[newer]) ??
    wholeNumber(resource[newer]);
  return code === undefined || code < 0 ? undefined : code;
}

function wholeNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isInteger(value) ? value : undefined;
  return typeof value === 'string' && /^[+-]?\d+$/.test(value) ? Number(value) : undefined;
}

/** The words that Go, in which the Agent is written, has for a status where Node.js has others. */
const GO_TEXTS: Readonly<Record<number, string>> = {
  413: 'Request Entity Too Large',
  414: 'Request URI Too Long',
  416: 'Requested Range Not Satisfiable',
  418: "I'm a teapot",
  509: '',
};

function httpStatusText(slots: Slots): string {
  const code = httpStatusCode(slots);
  return code ? `${code} ${GO_TEXTS[code] ?? STATUS_CODES[code] ?? ''}`.trimEnd() : '';
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
